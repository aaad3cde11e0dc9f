import os
import stat
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signlift.errors import InputError, InputWarning
from signlift.io.detectors.frame_sequence import list_frames, open_frames, read_frames
from signlift.io.safe_zip import Limits


def text(data, name):
    """A frame: its text, which must be UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InputError(f"{name}: expected text") from None


def save_directory(path, contents):
    path.mkdir(exist_ok=True)
    for name, content in contents.items():
        (path / name).write_bytes(content)
    return path


def save_archive(path, contents, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return path


@pytest.mark.parametrize("make", [save_directory, save_archive])
def test_frames_in_a_directory_or_an_archive(tmp_path, make):
    contents = {f"f{t}.json": f"{t}".encode() for t in (12, 3, 10)}
    path = make(tmp_path / "clip", {**contents, ".f5.json": b"hidden", "f4.txt": b"not one"})
    with open_frames(path) as (sequence,):
        assert (sequence.name, sequence.first, sequence.frames) == ("clip", 3, 10)
        frames, notes = read_frames(sequence, text)
    note = "7 of 10 frame numbers have no file"
    assert (frames, notes) == ({0: "3", 7: "10", 9: "12"}, (note,))


@pytest.mark.parametrize("make", [save_directory, save_archive])
def test_one_bad_file_is_named_and_the_others_are_read(tmp_path, make):
    contents = {f"f{t:03d}.json": b"good" for t in range(100)}
    path = make(tmp_path / "clip", {**contents, "f042.json": b"\xff\xfe\xfa"})
    with open_frames(path) as (sequence,), pytest.warns(InputWarning, match="left out") as warned:
        frames, (note,) = read_frames(sequence, text)
    assert len(frames) == 99 and 42 not in frames
    assert len(warned) == 1 and "clip/f042.json: expected text" in str(warned[0].message)
    assert note == "1 of 100 files left out"


def test_the_same_fault_in_all_files_is_one_line(tmp_path):
    path = save_directory(tmp_path / "clip", {f"f{t:03d}.json": b"\xff" for t in range(50)})
    with open_frames(path) as (sequence,), pytest.raises(InputError) as error:
        read_frames(sequence, text)
    assert error.value.problems == (f"{path}: expected text (in all 50 files)",)


def test_an_archive_of_several_recordings(tmp_path):
    contents = {f"{clip}/frame_{t}.json": b"" for clip in ("b", "a") for t in range(3)}
    contents |= {"__MACOSX/a/frame_0.json": b"", "readme.json": b""}
    with open_frames(save_archive(tmp_path / "clips.zip", contents)) as sequences:
        assert [sequence.name for sequence in sequences] == [
            "clips.zip/a/frame",
            "clips.zip/b/frame",
        ]
        assert [sequence.frames for sequence in sequences] == [3, 3]


def test_members_that_are_not_safe_are_named(tmp_path):
    path = save_archive(
        tmp_path / "clip.zip",
        {
            "f0.json": b"good",
            "../f1.json": b"out",
            "/f2.json": b"out",
            "C:\\f3.json": b"out",
            "a/../../f4.json": b"out",
            "f6.json": b" " * (2 << 20),
            "f7.json": np.random.default_rng(0).bytes(3000),
        },
    )
    with zipfile.ZipFile(path, "a") as file:
        link = zipfile.ZipInfo("f5.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    limits = Limits(file=4 << 20)
    with open_frames(path, limits=limits) as (sequence,):
        problems = "\n".join(sequence.problems)
        assert [file.number for file in sequence.files] == [0, 7]
    assert problems.count("a path that leads out of the archive") == 4
    assert "f5.json: expected a plain file, found a link" in problems
    assert "f6.json" in problems and "a zip bomb?" in problems
    with open_frames(path, limits=Limits(file=2000)) as (sequence,):
        assert any("found 3,000 bytes" in line for line in sequence.problems)
    with (
        pytest.raises(InputError, match="at most 1,000 bytes"),
        open_frames(path, limits=Limits(total=1000)),
    ):
        pass
    with (
        pytest.raises(InputError, match="at most 2 files"),
        open_frames(path, limits=Limits(files=2)),
    ):
        pass


def test_encrypted_and_damaged_members(tmp_path):
    path = save_archive(tmp_path / "clip.zip", {f"f{t}.json": b"good" * 9 for t in range(3)}, 0)
    data = bytearray(path.read_bytes())
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 8] |= 1  # the flag of encryption
    data[data.index(b"goodgood")] = 0  # the checksum of the first is wrong now
    path.write_bytes(data)
    with open_frames(path) as (sequence,), pytest.warns(InputWarning) as warned:
        frames, (note,) = read_frames(sequence, text)
    assert (list(frames), note) == ([2], "2 of 3 files left out")
    said = " ".join(str(warning.message) for warning in warned)
    assert "an encrypted file" in said and "damage (Bad CRC-32" in said


def test_directories_with_other_things(tmp_path):
    path = save_directory(tmp_path / "clip", {"f0.json": b"good", "f2.json": b"x" * 20})
    (path / "f1.json").mkdir()
    os.mkfifo(path / "f3.json")
    (path / "f4.json").symlink_to(path / "f0.json")
    (path / "f5.json").symlink_to(path / "nowhere")
    with open_frames(path, limits=Limits(file=10)) as (sequence,), pytest.warns(InputWarning):
        frames, (note,) = read_frames(sequence, text)
    assert frames == {0: "good", 4: "good"}
    assert note == "4 of 6 files left out"


def test_names_of_any_bytes_and_duplicate_numbers(tmp_path):
    path = save_directory(tmp_path / "clip", {"f1.json": b"one", "f01.json": b"again"})
    (path / os.fsdecode(b"\xff\xfe2.json")).write_bytes(b"\xff")
    with open_frames(path) as sequences:
        assert len(sequences) == 2
        (duplicate,) = sequences[0].problems
        assert duplicate.endswith("expected one file of frame 1, found a second one")
        with pytest.raises(InputError, match=r"clip/��2\.json: expected text"):
            read_frames(sequences[1], text)


def test_numbers_that_are_not_frame_numbers(tmp_path):
    path = save_directory(tmp_path / "clip", {"f1.json": b"", "f20240101123059.json": b""})
    with (
        pytest.raises(InputError, match="at most 30,000 missing between them, found 2 frames"),
        open_frames(path),
    ):
        pass
    with (
        pytest.raises(InputError, match="names hold the number of a frame, found none"),
        open_frames(save_directory(tmp_path / "empty", {"a.json": b""})),
    ):
        pass


@settings(max_examples=25)
@given(data=st.data())
def test_any_damage_to_an_archive_is_an_input_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("zip") / "clip.zip"
    save_archive(path, {f"f{t}.json": b"0123456789" * 5 for t in range(3)})
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        with open_frames(path) as sequences:
            for sequence in sequences:
                read_frames(sequence, text)
    except InputError as error:
        assert error.problems
    except InputWarning:
        pass


def test_damaged_archives(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    with (
        pytest.raises(InputError, match=r"expected a zip archive, found a damaged file"),
        open_frames(tmp_path / "a.zip"),
    ):
        pass


def test_files_that_are_recordings_by_themselves_are_not_frames(tmp_path):
    names = [f"a_{t}.json" for t in range(9)] + [f"b_{t}.json" for t in range(3)]
    contents = dict.fromkeys(names, b"frame") | {"b_1.json": b"clip", "meta.json": b"other"}
    path = save_directory(tmp_path / "in", contents)
    with list_frames(path, is_clip=lambda file: file.read() == b"clip") as listing:
        assert [(s.group, s.name, len(s.files)) for s in listing.sequences] == [
            ("a", "in/a", 9),
            ("b", "in/b", 2),
        ]
        assert [file.member for file in listing.clips] == ["b_1.json"]
        assert [file.member for file in listing.others] == ["meta.json"]
    with list_frames(path, names={"a_3.json", "a_5.json"}) as listing:
        ((sequence,), _, _, others, problems) = vars(listing).values()
    assert [file.number for file in sequence.files] == [3, 5]
    assert (sequence.name, others, problems) == ("in/a", (), ())


@pytest.mark.parametrize(("last", "accepted"), [(30_009, True), (30_010, False), (10**17, False)])
def test_gaps_between_frame_numbers_are_limited(tmp_path, last, accepted):
    names = [*(f"f{t}.json" for t in range(9)), f"f{last}.json"]
    path = save_directory(tmp_path / "clip", dict.fromkeys(names, b""))
    with list_frames(path) as listing:
        assert (len(listing.sequences), len(listing.refused)) == (accepted, not accepted)
        assert "".join(listing.problems) == (
            ""
            if accepted
            else f"{path} (f): expected frame numbers with at most 30,000 missing between them, "
            f"found 10 frames with numbers from 0 to {last}"
        )
