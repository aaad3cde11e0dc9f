import pytest

from signlift.io.detectors.json_layouts.metadata import (
    list_names,
    parse_metadata,
    parse_names,
    parse_own_metadata,
)


@pytest.mark.parametrize(
    "value",
    [
        {"canvas_width": 640, "canvas_height": 480, "people": []},
        [{"people": [], "canvas_width": 640, "canvas_height": 480}] * 3,
        {"frames": [{"width": 640, "height": 480, "people": []}] * 2},
        [{"image_size": [640, 480], "keypoints": []}],
        {"info": {"video_width": 640, "video_height": 480}},
    ],
)
def test_the_size_of_the_image(value):
    assert parse_metadata(value).size == (640, 480)


@pytest.mark.parametrize(
    "value",
    [
        [{"width": 640, "height": 480, "bbox": []}],
        [{"canvas_width": 640, "canvas_height": 480}, {"canvas_width": 64, "canvas_height": 48}],
        [{"canvas_width": 640}],
        {"width": "640", "height": 480},
        [],
        [None, 3],
        None,
    ],
)
def test_no_size_of_the_image(value):
    assert parse_metadata(value).size is None


def test_names_of_keypoints():
    assert parse_names({"keypoint_names": ["nose", "neck"]}) == ("nose", "neck")
    assert parse_names({"meta": {"joint_names": {"1": "neck", "0": "nose"}}}) == ("nose", "neck")
    for value in ([], {"keypoint_names": []}, {"keypoint_names": [1]}, {"joint_names": {"a": "b"}}):
        assert parse_names(value) is None
    assert list_names("nose") is None


def test_metadata_of_other_programs_is_not_signlifts():
    assert parse_own_metadata([]) is None
    assert parse_own_metadata({"header": {"producer": "other"}}) is None
    own = {
        "header": {"producer": "signlift 0.1.0", "notes": 3, "unit": 4},
        "frames": [{"time": "a"}],
    }
    metadata = parse_own_metadata(own)
    assert (metadata.unit, metadata.notes, metadata.times) == ("px", (), None)
