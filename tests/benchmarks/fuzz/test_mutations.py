import io
import json
import zipfile
from random import Random

import numpy as np
import pytest

from benchmarks.fuzz.fuzz_input import FuzzInput, Link, Pipe
from benchmarks.fuzz.mutations import arrays, directories, raw_bytes, text
from benchmarks.fuzz.mutations.archives import change_gzip, change_zip
from benchmarks.fuzz.mutations.json_values import mutate_json
from benchmarks.fuzz.mutations.mutate import mutate
from benchmarks.fuzz.targets import READER_SEEDS

JSON = json.dumps({"people": [{"pose_keypoints_2d": [1.0, 2.0, 0.5]}], "fps": 25}).encode()


@pytest.mark.parametrize("mutation", [*raw_bytes.MUTATIONS, *text.MUTATIONS, mutate_json])
def test_bytes_change_in_the_same_way_for_the_same_seed(mutation):
    results = {mutation(JSON, Random(seed)) for seed in range(20)}
    assert results != {JSON}
    assert results == {mutation(JSON, Random(seed)) for seed in range(20)}
    for data in (b"", b"a", b"\xff" * 9):
        assert isinstance(mutation(data, Random(0)), bytes)


def test_mutated_json_is_mostly_json():
    for seed in range(300):  # one input does not depend on those before it
        mutate_json(JSON, Random(seed))
    assert [mutate_json(JSON, Random(n)) for n in range(300)] == [
        mutate_json(JSON, Random(n)) for n in range(300)
    ]
    results = [mutate_json(JSON, Random(seed)) for seed in range(200)]
    parsed = 0
    for data in results:
        try:
            json.loads(data)
            parsed += 1
        except (ValueError, RecursionError):
            pass
    assert parsed > 150
    assert any(b'"people"' not in data for data in results)
    assert any(b"NaN" in data or b"Infinity" in data for data in results)


def test_headers_of_arrays_lie():
    file = io.BytesIO()
    np.save(file, np.zeros((2, 52), np.float32))
    results = [arrays.change_npy_header(file.getvalue(), Random(seed)) for seed in range(200)]
    assert all(data.startswith(b"\x93NUMPY") for data in results)
    assert any(b"True, 1, 52" in data for data in results)
    assert any(b"|O" in data for data in results)


def test_archives_hold_bombs_paths_that_lead_out_and_members_twice():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.json", JSON)
    names, sizes = [], []
    for seed in range(100):
        data = change_zip(file.getvalue(), Random(seed), mutate_json)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names.append(archive.namelist())
                sizes += [info.file_size for info in archive.infolist()]
        except (zipfile.BadZipFile, NotImplementedError):
            continue
    assert ["../a.json"] in names
    assert ["a.json", "a.json"] in names
    assert max(sizes) > 1 << 30
    assert change_zip(b"PK no archive", Random(0), mutate_json) == b"PK no archive"
    assert change_gzip(b"no gzip", Random(0), mutate_json) == b"no gzip"


def test_directories_hold_links_pipes_and_odd_names(tmp_path):
    given = FuzzInput.directory("clip", {"a_1.json": JSON, "a_2.json": JSON})
    changed = [directories.change_files(given, Random(seed)) for seed in range(200)]
    contents = {type(content) for each in changed for content in each.files.values()}
    assert contents == {bytes, Link, Pipe}
    for number, each in enumerate(changed[:40]):
        each.write(tmp_path / str(number))
    names = {directories.change_name(given, Random(seed)).entry for seed in range(200)}
    assert any("\x1b" in name for name in names)
    assert any(len(name) > 200 for name in names)
    for name in names:
        directories.change_name(given, Random(0)).write(tmp_path / "names")
        assert "/" not in name


@pytest.mark.parametrize("name", ["json", "npz", "pose", "json frames"])
def test_an_input_is_changed_and_the_same_for_the_same_seed(name, tmp_path):
    seed = READER_SEEDS[name]()[0]
    changed = [mutate(seed, Random(number)) for number in range(30)]
    assert changed == [mutate(seed, Random(number)) for number in range(30)]
    assert sum(each.files != seed.files for each in changed) > 20
    assert all(each.changes for each in changed)
