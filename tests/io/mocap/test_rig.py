import pytest

from signlift.errors import InputError
from signlift.io.mocap.rig import plain, unit_of


def test_plain_names():
    assert plain("ns:mixamorig:Left_Arm.001") == "leftarm001"
    assert plain("Bip01 L UpperArm") == "lupperarm"


@pytest.mark.parametrize(("text", "cm"), [("m", 100), ("mm", 0.1), ("cmu", 5.6444), ("2.5", 2.5)])
def test_units(text, cm):
    assert unit_of(text) == pytest.approx(cm, rel=1e-4)


@pytest.mark.parametrize("text", ["mile", "0", "-1", "nan", "inf", ""])
def test_units_that_are_none(text):
    with pytest.raises(InputError, match="unit: expected"):
        unit_of(text)
