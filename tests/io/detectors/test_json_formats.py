"""One person in the JSON files of many programs."""

import gzip
import json

import numpy as np
import pytest
from detected import save, save_frames
from json_forms import (
    FORMS,
    MAIN,
    ONE,
    SIZE,
    check,
    flat,
    yolo,
)

import signlift as sl
from signlift.errors import InputWarning


@pytest.mark.parametrize("name", FORMS)
def test_one_person_in_the_form_of(tmp_path, name):
    path = save(tmp_path / "a.json", FORMS[name])
    check(sl.read(path), ONE)
    packed = tmp_path / "a.json.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    check(sl.read(packed), ONE)


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if isinstance(form, list)])
def test_json_lines_in_the_form_of(tmp_path, name):
    lines = [item if isinstance(item, str) else json.dumps(item) for item in FORMS[name]]
    for text in ("\n".join(lines), "\n\n".join(lines) + "\n", "".join(lines), ",\n".join(lines)):
        (tmp_path / "a.jsonl").write_text(text)
        check(sl.read(tmp_path / "a.jsonl"), ONE)
    pretty = "\n".join(json.dumps(json.loads(line), indent=1) for line in lines)
    (tmp_path / "a.json").write_text(pretty)
    check(sl.read(tmp_path / "a.json"), ONE)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode("utf-16")))
    check(sl.read(tmp_path / "a.jsonl.gz"), ONE)


@pytest.mark.parametrize(
    "name",
    [name for name, form in FORMS.items() if isinstance(form, list) and "strings" not in name],
)
def test_a_file_for_each_frame_in_the_form_of(tmp_path, name):
    check(sl.read(save_frames(tmp_path / "in", FORMS[name], "clip_{:04}.json")), ONE)


def test_a_header_before_the_lines_of_frames(tmp_path):
    lines = [{"fps": 25, "width": 1280, "height": 720}, *FORMS["MoveNet"]]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    recording = sl.read(tmp_path / "a.jsonl")
    check(recording, ONE)
    assert (recording.fps, recording.size) == (25, SIZE)


def test_a_damaged_line_is_left_out_with_a_warning(tmp_path):
    lines = [json.dumps(frame) for frame in FORMS["OpenPifPaf"]]
    path = tmp_path / "a.json"
    path.write_text("\n".join([*lines[:-1], lines[-1][:200]]))
    with pytest.warns(InputWarning, match=r"left out: .*a\.json, line 6: expected JSON, found dam"):
        check(sl.read(path), ONE[:-1])
    path.write_text(lines[0][:-40])
    with pytest.raises(sl.InputError, match=r"found damaged JSON \(line 1, column"):
        sl.read(path)


def test_keypoints_that_yolo_did_not_detect_are_missing(tmp_path):
    values = ONE.copy()
    values[:, 9] = [0, 0, 0.3]
    recording = sl.read(save(tmp_path / "a.json", [[yolo(v)] for v in values]))
    assert not recording.observed[:, 9].any() and recording.observed[:, :9].all()
    without = [[yolo(v)] for v in ONE]
    for frame in without:
        del frame[0]["keypoints"]["visible"]
    without[3] = [{**without[3][0], "keypoints": {"x": [], "y": []}}]
    recording = sl.read(save(tmp_path / "a.json", without))
    assert recording.confidence is None and not recording.observed[3].any()
    fractions = [[yolo(v / [*SIZE, 1])] for v in ONE]
    check(sl.read(save(tmp_path / "a.json", fractions), size=SIZE), ONE)
    with pytest.raises(sl.InputError, match="expected `size`"):
        sl.read(tmp_path / "a.json")


@pytest.mark.parametrize(("count", "width"), [(17, 2), (33, 2), (33, 4), (133, 3), (133, 2)])
def test_flat_numbers_of_each_frame(tmp_path, count, width):
    values = np.insert(MAIN[:, :count], 2, 0.1, axis=2) if width == 4 else MAIN[:, :count, :width]
    for value in ([flat(v) for v in values], [{"keypoints": flat(v)} for v in values]):
        recording = sl.read(save(tmp_path / "a.json", value))
        assert recording.skeleton.keypoints == sl.get_skeleton(recording.skeleton.name).keypoints
        np.testing.assert_allclose(recording.keypoints, MAIN[:, :count, :2], rtol=1e-5)
        assert (recording.confidence is None) == (width == 2)
    single = sl.read(save(tmp_path / "a.json", flat(values[0])))
    np.testing.assert_allclose(single.keypoints, MAIN[:1, :count, :2], rtol=1e-5)
