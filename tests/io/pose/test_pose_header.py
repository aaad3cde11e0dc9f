import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pose_files import OPENPOSE, OPENPOSE135, make_pose, mediapipe, to_bytes
from pose_format.pose_header import PoseHeader as LibraryHeader
from pose_format.pose_header import PoseHeaderComponent, PoseHeaderDimensions

from signlift.io.pose.pose_header import (
    ByteCursor,
    PoseComponent,
    PoseHeader,
    decode_header,
    encode_header,
    is_pose,
)

NUMBERS = st.integers(0, 65_535)
NAMES = st.text(st.characters(codec="utf-8"), max_size=12)
ASCII = st.text(st.characters(codec="ascii"), max_size=12)


def limbs(points):
    number = st.integers(0, max(len(points) - 1, 0))
    return st.lists(st.tuples(number, number), max_size=4 if points else 0)


def headers(names=NAMES):
    """The arguments of `make_header`."""
    points = st.lists(names, max_size=6).flatmap(lambda p: st.tuples(st.just(p), limbs(p)))
    colors = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=3)
    component = st.tuples(names, points, colors, st.sampled_from(["XYC", "XYZC"]))
    return st.tuples(st.lists(component, min_size=1, max_size=3), NUMBERS, NUMBERS, NUMBERS)


def make_header(parts):
    components, *sizes = parts
    return PoseHeader(
        tuple(
            PoseComponent(name, tuple(points), tuple(limbs), tuple(colors), letters)
            for name, (points, limbs), colors, letters in components
        ),
        *sizes,
    )


def write_with_library(header):
    file = BytesIO()
    LibraryHeader(
        header.version,
        PoseHeaderDimensions(header.width, header.height, header.depth),
        [
            PoseHeaderComponent(c.name, list(c.points), list(c.limbs), list(c.colors), c.format)
            for c in header.components
        ],
    ).write(file)
    return file.getvalue()


@given(headers())
def test_a_header_is_decoded_as_it_was_encoded(parts):
    header = make_header(parts)
    cursor = ByteCursor(encode_header(header))
    decoded = decode_header(cursor)
    assert decoded.version == pytest.approx(0.2) and cursor.remaining == 0
    assert decoded.components == header.components
    assert (decoded.width, decoded.height, decoded.depth) == (
        header.width,
        header.height,
        header.depth,
    )


@given(headers(ASCII))
def test_the_bytes_are_those_of_pose_format(parts):
    header = make_header(parts)
    assert encode_header(header) == write_with_library(header)


@given(headers(ASCII))
def test_a_header_of_pose_format_is_decoded(parts):
    header = make_header(parts)
    assert decode_header(ByteCursor(write_with_library(header))).components == header.components


@given(headers(), st.data())
def test_a_truncated_header_is_an_error(parts, data):
    header = make_header(parts)
    content = encode_header(header)
    content = content[: data.draw(st.integers(0, len(content) - 1))]
    with pytest.raises((struct.error, UnicodeDecodeError)):
        decode_header(ByteCursor(content))


def test_limbs_of_points_that_do_not_exist_are_dropped():
    component = PoseComponent("hand", ("a", "b"), ((0, 1), (1, 2), (7, 0)))
    (decoded,) = decode_header(ByteCursor(encode_header(PoseHeader((component,))))).components
    assert decoded.limbs == ((0, 1),)


def test_sizes_and_world_landmarks():
    header = decode_header(ByteCursor(to_bytes(make_pose(mediapipe()))))
    assert (header.width, header.height, header.num_dims) == (640, 480, 3)
    assert header.num_points == sum(len(c.points) for c in header.components) == 33 + 3 + 14 + 33
    assert [c.in_image for c in header.components] == [True, True, True, True, False]


@pytest.mark.parametrize("components", [OPENPOSE, OPENPOSE135, mediapipe()])
@pytest.mark.parametrize("version", [0.0, 0.1, 0.2])
def test_files_are_recognised_by_their_beginning(tmp_path, components, version):
    content = to_bytes(make_pose(components), version)
    assert is_pose(content[:4096])
    assert not is_pose(content[:20])
