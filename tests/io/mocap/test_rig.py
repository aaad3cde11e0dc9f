import pytest

from signlift.errors import InputError
from signlift.io.mocap.rig import normalize_name, parse_unit


def test_normalized_names():
    assert normalize_name("ns:mixamorig:Left_Arm.001") == "leftarm001"
    assert normalize_name("Bip01 L UpperArm") == "lupperarm"


@pytest.mark.parametrize(("text", "cm"), [("m", 100), ("mm", 0.1), ("cmu", 5.6444), ("2.5", 2.5)])
def test_units(text, cm):
    assert parse_unit(text) == pytest.approx(cm, rel=1e-4)


@pytest.mark.parametrize("text", ["mile", "0", "-1", "nan", "inf", ""])
def test_invalid_units(text):
    with pytest.raises(InputError, match="unit: expected"):
        parse_unit(text)
