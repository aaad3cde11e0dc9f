import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.body_proportions import STATURE_UNCERTAINTY, BodyProportions
from signlift.core.bone_lengths import BONE_LENGTHS
from signlift.errors import InputError
from signlift.simulation.signer.anthropometry import MEAN_FRACTIONS as PUBLISHED

LENGTH = st.none() | st.floats(0.01, 1e4)


def test_unknown_lengths_are_left_out():
    body = BodyProportions(torso=50, forearm=25.5)
    assert body.lengths == {"torso": 50, "forearm": 25.5}
    assert BodyProportions().lengths == {}


def test_all_problems_are_listed_at_once():
    with pytest.raises(InputError) as error:
        BodyProportions(torso=0, shank=math.nan, uncertainties={"torso": -1.0, "thigh": 0.1})
    assert error.value.problems == (
        "torso: expected a number above 0, found 0",
        "shank: expected a number above 0, found nan",
        "uncertainties: torso: expected a number above 0, found -1.0",
        "uncertainties: expected one of the lengths (torso, shank), found 'thigh'",
    )


def test_from_stature_has_the_published_fractions():
    body = BodyProportions.from_stature(170)
    assert body.torso == pytest.approx(47.6)
    assert body.neck_nose is None
    for name, length in body.lengths.items():
        assert length == pytest.approx(170 * PUBLISHED["trunk" if name == "torso" else name])
        assert body.uncertainties[name] == STATURE_UNCERTAINTY
    assert set(body.lengths) == set(BONE_LENGTHS) - {"neck_nose"} == set(body.uncertainties)


@pytest.mark.parametrize("height", [0, 1.7, 17, 1700, math.nan, math.inf, -170])
def test_impossible_heights_are_refused(height):
    expected = "height: expected the stature of a person, 40 to 280 cm, found"
    with pytest.raises(InputError, match=expected) as error:
        BodyProportions.from_stature(height)
    assert str(error.value).endswith("(in metres?)") == (height == 1.7)


@given(
    lengths=st.fixed_dictionaries(dict.fromkeys(BONE_LENGTHS, LENGTH)),
    uncertainty=st.floats(0.01, 1),
)
def test_written_proportions_are_read_back(tmp_path_factory, lengths, uncertainty):
    uncertainties = {name: uncertainty for name, length in lengths.items() if length is not None}
    path = tmp_path_factory.mktemp("body") / "new" / "me.json"
    body = BodyProportions(**lengths, uncertainties=uncertainties)
    if not uncertainties:
        body.write(path)
        with pytest.raises(InputError, match="expected a JSON object of lengths"):
            BodyProportions.read(path)
        return
    again = BodyProportions.read(body.write(path))
    assert again.lengths == pytest.approx(body.lengths, rel=1e-5)
    assert again.uncertainties == pytest.approx(uncertainties, rel=1e-5)


@pytest.mark.parametrize("key", ["uncertainties", "errors"])
def test_uncertainties_are_read_under_both_keys(tmp_path, key):
    path = tmp_path / "me.json"
    path.write_text(json.dumps({"torso": 50, "shank": None, key: {"torso": 0.08}}))
    body = BodyProportions.read(path)
    assert (body.lengths, body.uncertainties) == ({"torso": 50}, {"torso": 0.08})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "expected JSON, found an empty file"),
        ("\xff", "expected JSON, found bytes that are not text"),
        ("[1]", "found list"),
        ("{}", "expected a JSON object of lengths (torso, shoulders"),
        ('{"torso": null}', "found none"),
        ('{"torso": "50"}', "torso: expected a number above 0, found '50'"),
        ('{"torso": true}', "torso: expected a number above 0, found True"),
        ('{"torso": NaN}', "torso: expected a number above 0, found nan"),
        ('{"torso": Infinity}', "torso: expected a number above 0, found inf"),
        ('{"torso": 1' + "0" * 400 + "}", "torso: expected a number above 0, found 1000"),
        ('{"torso": 50, "nose": 3}', "hips, thigh, shank), found 'nose'"),
        ('{"torso": 50, "errors": 3}', "errors: expected an object, found int"),
        (
            '{"torso": 50, "errors": {"shank": 3}}',
            "errors: expected one of the lengths (torso), found 'shank'",
        ),
        ('{"torso": 50, "errors": {"torso": 0}}', "errors: torso: expected a number above 0"),
        ('{"torso": 50, "uncertainties": "x"}', "uncertainties: expected an object, found str"),
    ],
)
def test_each_damaged_file_gives_one_line(tmp_path, text, expected):
    path = tmp_path / "me.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(InputError) as error:
        BodyProportions.read(path)
    (line,) = error.value.problems
    assert line.startswith(str(path))
    assert expected in line


def test_all_problems_of_a_file_are_listed(tmp_path):
    path = tmp_path / "me.json"
    path.write_text(json.dumps({"torso": 0, "nose": 1, "shank": "x"}))
    with pytest.raises(InputError) as error:
        BodyProportions.read(path)
    assert len(error.value.problems) == 3
    with pytest.raises(InputError, match="found no such file"):
        BodyProportions.read(tmp_path / "missing.json")
    with pytest.raises(InputError, match="found a directory"):
        BodyProportions.read(tmp_path)


def test_the_unit_ratio_of_two_descriptions_of_one_body():
    cm = BodyProportions.from_stature(170)
    pixels = BodyProportions(**{name: 3 * length for name, length in cm.lengths.items()})
    assert cm.unit_ratio(pixels) == pytest.approx(1 / 3)
    assert pixels.unit_ratio(cm) == pytest.approx(3)
    assert math.isnan(cm.unit_ratio(BodyProportions(neck_nose=3)))
    # The more certain length counts more.
    two = BodyProportions(torso=10, forearm=20, uncertainties={"torso": 0.01, "forearm": 1.0})
    assert BodyProportions(torso=10, forearm=10).unit_ratio(two) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("lengths", [{"torso": 1e38, "forearm": 25}, {"torso": 1e30}])
def test_lengths_that_no_person_has_are_refused_in_a_file(tmp_path, lengths):
    path = tmp_path / "body.json"
    path.write_text(json.dumps(lengths))
    with pytest.raises(InputError, match="lengths of one person in one unit, found"):
        BodyProportions.read(path)
