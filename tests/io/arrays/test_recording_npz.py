import io
import pickle
import re
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifted_recordings import lifted
from sources import read_with, recognised_by

import signlift as sl
from signlift.core.skeleton import COCO17, OPENPOSE25, OPENPOSE137, PANOPTIC26, Skeleton
from signlift.io.arrays.recording_npz import is_recording_npz, read_recording_npz, write_npz

FIELDS = ("keypoints", "depth", "depth_uncertainty", "confidence", "detector_depth", "times")


def same(recording, other):
    for field in FIELDS:
        before, after = getattr(recording, field), getattr(other, field)
        if before is None:
            assert after is None
        else:
            np.testing.assert_array_equal(before, after)
            assert before.dtype == after.dtype
    for field in ("skeleton", "fps", "name", "size", "unit", "notes", "proportions"):
        assert getattr(recording, field) == getattr(other, field)


@pytest.mark.parametrize(
    "recording",
    [
        lifted(),
        lifted(1, COCO17, unit="m", notes=()),
        lifted(0),
        lifted(2, proportions=sl.BodyProportions(torso=2.0, hips=1.0, uncertainties={"hips": 0.1})),
        lifted(fps=None, size=None, confidence=None, depth_uncertainty=None, detector_depth=None),
        lifted(3, times=np.array([0, 0.1, 0.5])),
        lifted(3, times=np.array([0, 0.1, 0.5]), fps=None),
        lifted(2, Skeleton("own", ("MidHip", "Tail end"), (("MidHip", "Tail end"),))),
        lifted().with_depth(None),
    ],
    ids=range(9),
)
def test_all_fields_are_read_back(tmp_path, recording):
    options = sl.WriteOptions(default_fps=None)
    same(recording, sl.read(sl.write(recording, tmp_path / "a.npz", options=options)))


def test_the_file_holds_the_documented_arrays(tmp_path):
    recording = lifted()
    write_npz(recording, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as file:
        arrays = dict(file)
    assert set(arrays) == set(
        "keypoints depth depth_uncertainty confidence detector_depth observed times fps size names "
        "bones skeleton name unit axes root notes producer".split()
    )
    np.testing.assert_array_equal(arrays["observed"], recording.observed)
    np.testing.assert_allclose(arrays["times"], np.arange(4) / 25)
    assert arrays["names"].tolist() == list(PANOPTIC26.keypoints)
    assert (str(arrays["root"]), str(arrays["unit"])) == ("MidHip", "px")
    assert arrays["bones"].shape == (len(PANOPTIC26.bones), 2)


def test_a_given_frame_rate_replaces_that_of_the_file(tmp_path):
    for fps in (None, 25):
        write_npz(lifted(fps=fps), tmp_path / "a.npz")
        assert sl.read(tmp_path / "a.npz").fps == fps
        assert sl.read(tmp_path / "a.npz", fps=12).fps == 12


def test_the_file_is_recognised_by_its_content(tmp_path):
    write_npz(lifted(), tmp_path / "no_suffix")
    same(lifted(), sl.read(tmp_path / "no_suffix"))
    np.savez(tmp_path / "other.npz", keypoints=np.zeros((2, 17, 2)))
    assert not recognised_by(is_recording_npz, tmp_path / "other.npz")
    (tmp_path / "cut").write_bytes((tmp_path / "no_suffix").read_bytes()[:900])
    assert not recognised_by(is_recording_npz, tmp_path / "cut")
    assert not recognised_by(is_recording_npz, tmp_path)


def _objects(arrays):
    arrays["keypoints"] = np.array([{}], object)


def _set(name, value):
    return lambda arrays: arrays.update({name: value})


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (
            _objects,
            [r"keypoints: expected real numbers, and a file for each .*found Python objects \(a p"],
        ),
        (lambda a: a.pop("keypoints"), ["an array keypoints, found depth"]),
        (_set("keypoints", np.zeros((4, 26))), [r"keypoints: expected shape \[T, 26, 2\]"]),
        (
            _set("keypoints", np.zeros((4, 25, 2))),
            [
                r"found shape \[4, 25, 2\]",
                *("a.npz: depth:", "confidence:", "depth_uncertainty:", "detector_depth:"),
            ],
        ),
        (_set("keypoints", np.full((4, 26, 2), np.inf)), ["keypoints: .*found inf at"]),
        (_set("keypoints", np.zeros((4, 26, 2), bool)), ["real numbers, found dtype bool"]),
        (_set("depth", np.zeros((3, 26))), [r"depth: .*found shape \[3, 26\]"]),
        (_set("depth", np.full((4, 26), 1e300)), [r"depth: .*found 1e\+300 at"]),
        (_set("names", np.arange(26)), ["names: expected text"]),
        (lambda a: a.pop("names"), ["an array names, found keypoints"]),
        (_set("names", np.array(["A"] * 26)), ["duplicate keypoint names"]),
        (_set("names", np.array(["LTail"])), ["bones: expected keypoint numbers below 1"]),
        (_set("times", np.zeros(4)), ["times: expected strictly increasing seconds"]),
        (_set("fps", np.array(np.nan)), ["fps: expected numbers above 0 .*found nan"]),
        (_set("size", np.zeros(2)), [r"size: expected .*found \[0. 0.\]"]),
        (_set("size", np.zeros(9)), [r"size: expected .*found shape \[9\]"]),
        (
            lambda a: a.update(depth=np.zeros(2), fps=np.array(-1.0), confidence=np.array(["a"])),
            ["confidence: expected real numbers", "fps: ", "depth: "],
        ),
    ],
)
def test_one_line_for_each_problem(tmp_path, change, lines):
    write_npz(lifted(), tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as file:
        arrays = dict(file)
    change(arrays)
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(sl.InputError) as error:
        read_with(read_recording_npz, tmp_path / "a.npz")
    assert len(error.value.problems) == len(lines)
    for line, expected in zip(error.value.problems, lines, strict=True):
        assert "a.npz" in line
        assert re.search(expected, line), line


def test_bones_of_wrong_shape(tmp_path):
    names = np.array(["A", "B"])
    np.savez(tmp_path / "a.npz", keypoints=np.zeros((1, 2, 2)), names=names, bones=np.zeros(3, int))
    with pytest.raises(sl.InputError, match=r"bones: expected shape \[B, 2\], found \[3\]"):
        read_with(read_recording_npz, tmp_path / "a.npz")


def _archive(path, **members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


def _header(shape, descr="<f4"):
    buffer = io.BytesIO()
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, header)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "damage"),
        (b"nonsense", "damage"),
        (pickle.dumps({}), "damage"),
        (_header((3, 26, 2)), "bytes for shape"),
        (_header((2**40, 2**40)), "bytes for shape"),
        (_header((-1, 26, 2)), "expected"),
    ],
)
def test_a_member_that_is_not_an_array(tmp_path, content, found):
    _archive(tmp_path / "a.npz", keypoints=content)
    with pytest.raises(sl.InputError, match=rf"a\.npz.*{found}"):
        read_with(read_recording_npz, tmp_path / "a.npz")


def test_no_archive(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"\x00\xff" * 5000)
    with pytest.raises(sl.InputError, match="found a damaged file"):
        read_with(read_recording_npz, tmp_path / "a.npz")


@given(st.data())
def test_damage_raises_an_input_error_only(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("npz") / "a.npz"
    write_npz(lifted(2, COCO17), path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(10, len(content)))])
    try:
        (recording,) = read_with(read_recording_npz, path)
    except sl.InputError as error:
        assert all("\n" not in line for line in error.problems)
    else:
        assert recording.keypoints.ndim == 3


def test_hands_and_faces_under_the_names_of_earlier_versions(tmp_path):
    recording = sl.read(sl.sample_path("openpose"))
    hand = (
        "BASE T_STT T_BCMC T_MCP T_IP I_CMC I_MCP I_PIP I_DIP M_CMC M_MCP M_PIP M_DIP "
        "R_CMC R_MCP R_PIP R_DIP P_CMC P_MCP P_PIP P_DIP"
    ).split()
    hands = [f"hand_{side}_keypoints_2d:{point}" for side in ("left", "right") for point in hand]
    face = [f"face_keypoints_2d:FB_{number}" for number in range(70)]
    old = (*OPENPOSE25.keypoints, *face, *hands)
    path = tmp_path / "a.npz"
    write_npz(replace(recording, skeleton=Skeleton("openpose137", old)), path)
    again = sl.read(path)
    assert again.skeleton is OPENPOSE137
    np.testing.assert_array_equal(again.keypoints, recording.keypoints)


def test_one_name_stands_for_one_order(tmp_path):
    names = OPENPOSE137.keypoints
    body, face, hands = names[:25], names[25:95], names[95:]
    keypoints = np.random.default_rng(0).uniform(0, 99, (2, 137, 2))
    other = sl.Recording(keypoints, Skeleton("openpose137", (*body, *hands, *face)))
    write_npz(other, tmp_path / "a.npz")
    again = sl.read(tmp_path / "a.npz")
    assert again.skeleton.name == "openpose137 in another order"
    converted = again.convert("openpose137").keypoints
    np.testing.assert_array_equal(converted[:, 95:], other.keypoints[:, 25:67])


@pytest.mark.parametrize("order", "<>")
def test_characters_that_unicode_does_not_have(tmp_path, order):
    path = tmp_path / "a.npz"
    write_npz(lifted(), path)
    with np.load(path) as file:
        arrays = dict(file)
    codes = np.full((*arrays["names"].shape, 4), 0x110000, f"{order}u4")
    np.savez(path, **arrays | {"names": codes.view(f"{order}U4")[:, 0]})
    with pytest.raises(sl.InputError, match="names: expected text, found characters that Unicode"):
        read_with(read_recording_npz, path)
