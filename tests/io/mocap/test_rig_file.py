import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError
from signlift.io.mocap.rig import to_panoptic
from signlift.io.mocap.rig_file import read_rig
from signlift.io.mocap.rig_tables import get_rig


def test_a_user_rig(tmp_path):
    path = tmp_path / "own.json"
    content = {
        "keypoints": {
            "LShoulder": "arm.L",
            "LWrist": "hand.L",
            "Nose": None,
            "Neck": ["arm.L", "arm.R"],
        },
        "head": "skull",
        "joints": ["arm.R", "arm.L", "hand.L", "skull"],
        "unit": "m",
        "up": "-z",
    }
    path.write_text(json.dumps(content))
    rig = get_rig(path)
    assert (rig.name, rig.unit, rig.up) == ("own", 100, "-z")
    assert rig.find_joints(rig.joints) == {"LShoulder": (1,), "LHand": (2,), "Neck": (1, 0)}
    assert rig.find_head(rig.joints) == 3
    positions = np.arange(12.0).reshape(1, 4, 3)
    points = to_panoptic(positions, rig.find_joints(rig.joints))
    np.testing.assert_array_equal(points[0, PANOPTIC26.index("Neck")], [1.5, 2.5, 3.5])
    assert np.isnan(points[0, PANOPTIC26.index("MidHip")]).all()


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("nonsense", ["damaged JSON"]),
        ("[1]", ["found list"]),
        ("[" * 100_000, ["nested too deeply"]),
        ("{}", ["keypoints: expected an object"]),
        (
            '{"keypoints": 3, "more": 1}',
            ["keys: expected keypoints", "keypoints: expected an object"],
        ),
        (
            '{"keypoints": {"Tail": "a", "Nose": 3, "LEye": []}, "unit": "mile", "up": "w", '
            '"head": [], "joints": [1]}',
            ["found 'Tail'", "Nose: expected a joint", "LEye", "head", "joints", "unit", "up"],
        ),
    ],
)
def test_all_problems_of_a_rig(tmp_path, content, problems):
    path = tmp_path / "own.json"
    path.write_text(content)
    with pytest.raises(InputError) as error:
        read_rig(path)
    assert len(error.value.problems) == len(problems)
    for line, said in zip(error.value.problems, problems, strict=True):
        assert said in line


@settings(max_examples=15)
@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(["keypoints", "head", "joints", "unit", "up", "Nose"]),
                x,
                max_size=4,
            )
        ),
    )
)
def test_any_json(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "own.json"
    path.write_text(json.dumps(content))
    try:
        assert read_rig(path).keypoints is not None
    except InputError as error:
        assert error.problems


def test_missing_rig_files(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(InputError, match="expected a JSON file, found"):
            read_rig(path)
