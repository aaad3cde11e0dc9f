import zipfile

import numpy as np
import pytest

import signlift as sl


def test_a_recording_is_read_and_its_depth_written(make_data, tmp_path):
    directory = make_data([7])
    recording = sl.read(directory / "body_data.npy", directory / "body_ground.npy")
    assert recording.keypoints.shape == (7, 26, 2)
    sl.write(recording, tmp_path / "depth.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "depth.npy"), recording.depth)
    again = sl.read_arrays(sl.write(recording, tmp_path / "folder"))[0]
    np.testing.assert_array_equal(again.depth, recording.depth)


def test_a_users_mistakes(make_data, tmp_path):
    directory = make_data([7, 3])
    with pytest.raises(sl.InputError, match=r"expected one recording .*found 2"):
        sl.read(directory / "body_data.npy")
    with pytest.raises(sl.InputError, match="skeleton: expected one of"):
        sl.read(directory / "body_data.npy", skeleton="smpl")
    recording = sl.read_arrays(directory)[0]
    with pytest.raises(sl.InputError, match=r"expected one of \.npy.*found \.xyz"):
        sl.write(recording, tmp_path / "a.xyz")
    with pytest.raises(sl.InputError, match="expected a recording with depth, found none"):
        sl.write(recording.with_depth(None), tmp_path / "a.npy")


def test_a_format_by_its_name(make_data, tmp_path):
    recording = sl.read_arrays(make_data([4]))[0]
    sl.write(recording, tmp_path / "depth.bin", format="npy")
    np.testing.assert_array_equal(np.load(tmp_path / "depth.bin"), recording.depth)
    with pytest.raises(sl.InputError, match=r"format: expected one of npy.*found fbx"):
        sl.write(recording, tmp_path / "depth.fbx", format="fbx")


def test_files_are_recognised_by_their_content(make_data, tmp_path):
    directory = make_data([4, 3])
    assert [len(recording) for recording in sl.read_all(directory)] == [4, 3]
    (tmp_path / "named").write_bytes((directory / "body_data.npy").read_bytes())
    assert len(sl.read_all(tmp_path / "named")) == 2
    (tmp_path / "empty").touch()
    with pytest.raises(sl.InputError, match="found an empty file"):
        sl.read(tmp_path / "empty")
    noise = np.random.default_rng(0).bytes(10 << 20)
    for name, start in (("a.npy", b""), ("a.npz", b"PK\x03\x04"), ("a.zip", b"PK\x03\x04"),
                        ("a.json", b"{"), ("b.json", b""), ("b.npy", b"\x93NUMPY")):  # fmt: skip
        (tmp_path / name).write_bytes(start + noise)
        with pytest.raises(sl.InputError) as error:
            sl.read_all(tmp_path / name)
        assert len(error.value.problems) == 1 and len(str(error.value)) < 400
    (tmp_path / "noise.pose").write_bytes(b"\x00\xff\x10 nobody knows this")
    with pytest.raises(sl.InputError, match=r"found a file that begins with '\.\.\. nob"):
        sl.read(tmp_path / "noise.pose")
    with pytest.raises(sl.InputError, match="missing: expected a file or directory, found none"):
        sl.read(tmp_path / "missing")
    (tmp_path / "folder").mkdir()
    with pytest.raises(
        sl.InputError, match=r"reads \(docs/formats\.md\), found a directory of other files"
    ):
        sl.read(tmp_path / "folder")


def test_archives_of_other_files_are_refused_by_name(tmp_path):
    for names, found in (
        (["readme.txt"], r"a zip archive of other files \(readme\.txt\)"),
        (list("abcde"), r"a zip archive of other files \(a, b, c and 2 more\)"),
        ([], "an empty zip archive"),
    ):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for name in names:
                archive.writestr(name, "about nothing")
        with pytest.raises(sl.InputError, match=f"found {found}$"):
            sl.read(tmp_path / "a.zip")
    (tmp_path / "a.zip").write_bytes(b"PK\3\4 and no more")
    with pytest.raises(sl.InputError, match=r"found a damaged zip archive$"):
        sl.read(tmp_path / "a.zip")


def test_a_skeleton_is_refused_by_formats_that_name_their_own(tmp_path):
    recording = sl.Recording(np.ones((2, 26, 2)), depth=np.zeros((2, 26)), fps=25)
    for suffix in (".npz", ".pose"):
        path = sl.write(recording, tmp_path / f"a{suffix}")
        with pytest.raises(sl.InputError, match=r"name their own, found coco17"):
            sl.read(path, skeleton="coco17")
        assert len(sl.read(path)) == 2
