import json
import struct

import numpy as np
import pytest

from benchmarks.animated_gltf import read_gltf
from signlift.io.avatars.binary_gltf import TRIANGLES, GltfArrays, write_binary_gltf


@pytest.fixture
def arrays():
    arrays = GltfArrays()
    arrays.add(np.arange(5, dtype=np.uint8), "SCALAR", target=TRIANGLES)
    arrays.add(np.array([[1.0, 2, 3], [-1, 5, 0]]), "VEC3", bounds=True)
    return arrays


def test_the_header_and_two_chunks(arrays, tmp_path):
    path = write_binary_gltf(tmp_path / "a.glb", {"asset": {"version": "2.0"}}, arrays)
    content = path.read_bytes()
    assert struct.unpack_from("<4sII", content) == (b"glTF", 2, len(content))
    size, kind = struct.unpack_from("<I4s", content, 12)
    assert kind == b"JSON"
    assert size % 4 == 0
    document = json.loads(content[20 : 20 + size])
    rest, kind = struct.unpack_from("<I4s", content, 20 + size)
    assert kind == b"BIN\0"
    assert 28 + size + rest == len(content)
    assert document["buffers"] == [{"byteLength": rest}]


def test_arrays_begin_at_multiples_of_four_and_come_back(arrays, tmp_path):
    read = read_gltf(write_binary_gltf(tmp_path / "a.glb", {}, arrays))
    np.testing.assert_array_equal(read.array(0)[:, 0], np.arange(5))
    np.testing.assert_array_equal(read.array(1), [[1, 2, 3], [-1, 5, 0]])
    assert [view["byteOffset"] for view in read.document["bufferViews"]] == [0, 8]
    assert read.document["bufferViews"][0]["target"] == TRIANGLES


def test_bounds_are_those_of_the_numbers_in_the_file():
    arrays = GltfArrays()
    arrays.add(np.array([[0.1, 0.2, 0.3], [0.7, -0.1, 0.0]]), "VEC3", bounds=True)
    (accessor,) = arrays.document()["accessors"]
    assert accessor["min"] == np.float32([0.1, -0.1, 0.0]).tolist()
    assert accessor["max"] == np.float32([0.7, 0.2, 0.3]).tolist()
    assert "min" not in GltfArrays().document()


def test_a_file_that_is_not_whole_is_never_there(arrays, tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_binary_gltf(tmp_path / "a.glb", {"asset": float("nan")}, arrays)
    assert not list(tmp_path.iterdir())
