import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studio import panoptic_calibration, qualisys_calibration, ring, toml_calibration

from signlift.errors import InputError
from signlift.io.calibration.calibration_reader import MAX_BYTES, read_calibration

WRITE = {"json": panoptic_calibration, "qca.txt": qualisys_calibration, "toml": toml_calibration}
UNITS = {"json": "cm", "qca.txt": "mm", "toml": None}
CAMERAS = ring(3)


def read_text(tmp_path, text):
    path = tmp_path / "calibration"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_calibration(path)


@pytest.mark.parametrize("kind", WRITE)
def test_cameras_are_read_as_they_were_written(tmp_path, kind):
    calibration = read_text(tmp_path, WRITE[kind](CAMERAS))
    assert calibration.unit == UNITS[kind] and len(calibration) == 3
    for camera, true in zip(calibration, CAMERAS, strict=True):
        assert (camera.name, camera.size) == (true.name, true.size)
        assert camera.lens == true.lens
        np.testing.assert_allclose(camera.matrix, true.matrix, atol=1e-9)
        np.testing.assert_allclose(camera.rotation, true.rotation, atol=1e-9)
        np.testing.assert_allclose(camera.translation, true.translation, atol=1e-7)
    chosen = calibration.choose(["00_02", "00_00"])
    assert [camera.name for camera in chosen] == ["00_02", "00_00"]
    with pytest.raises(InputError, match="one of the cameras 00_00, 00_01, 00_02, found '7'"):
        calibration.choose(["7"])


def test_panoptic_cameras_have_a_kind(tmp_path):
    assert {camera.kind for camera in read_text(tmp_path, panoptic_calibration(CAMERAS))} == {"hd"}


def test_the_image_of_a_qualisys_camera_may_be_offset(tmp_path):
    text = qualisys_calibration(CAMERAS).replace('left="0" top="0"', 'left="100" top="40"')
    camera = read_text(tmp_path, text).cameras[0]
    assert camera.size == (1820, 1040)
    np.testing.assert_allclose(camera.matrix[:2, 2], [860, 500])


def test_toml_takes_rotation_matrices_and_windows_line_ends(tmp_path):
    lines = [
        f"rotation = {CAMERAS[0].rotation.tolist()}" if line.startswith("rotation") else line
        for line in toml_calibration(CAMERAS[:1]).splitlines()
    ]
    calibration = read_text(tmp_path, "\ufeff" + "\r\n".join(lines))
    np.testing.assert_allclose(calibration.cameras[0].rotation, CAMERAS[0].rotation, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an empty file"),
        (" \n", "an empty file"),
        ("{", "expected JSON"),
        ("[1]", "a table with a matrix for each camera, found none"),
        ("{}", "with a list of cameras, found other JSON"),
        ('{"cameras": []}', "expected at least 1 camera, found 0"),
        ('{"cameras": [3]}', "camera 0: expected an object with a name"),
        ('{"cameras": [{"name": "a"}]}', "camera a: expected a field K, found no such field"),
        ("<a", "Qualisys calibration in XML"),
        ("<a></a>", "with cameras, found XML without cameras"),
        ('<a><camera serial="b"/></a>', "camera b: expected an element fov_video, found none"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "found a DOCTYPE"),
        ("<a></a>".encode("utf-16-le"), "zero bytes"),
        ("a = 1", "a table with a matrix"),
        ("a = = 1", "a calibration in TOML"),
        (b"\xff\xfe\x00", "a calibration in TOML"),
        ("[a]\nmatrix = 3\n", "9 numbers in matrix, found 1"),
        ("a = " + "[" * 5000, "a calibration in TOML"),
        (toml_calibration(CAMERAS, "fisheye = true"), "found a fisheye lens"),
        (qualisys_calibration(CAMERAS).replace("regular", "fisheye"), "found a fisheye lens"),
        (toml_calibration([CAMERAS[0]] * 2), "one camera 00_00, found 2"),
        (toml_calibration(CAMERAS).replace("1400.0", "-1400.0"), "an intrinsic matrix"),
        (qualisys_calibration(CAMERAS).replace('x="', 'x="a'), "x: numbers"),
        (qualisys_calibration(CAMERAS).replace('x="', 'x="nan" u="'), "a number for x, found nan"),
        (panoptic_calibration(CAMERAS).replace("1400.0", "1e400"), "finite numbers"),
        (panoptic_calibration(CAMERAS).replace("-0.03]", "-0.03, 1]"), "coefficients, found 6"),
    ],
)
def test_files_that_are_not_calibrations(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_text(tmp_path, text)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_calibration(tmp_path / "none.toml")
    with pytest.raises(InputError, match="expected a calibration"):
        read_calibration(tmp_path)
    with pytest.raises(InputError, match=r"at most 16 MB, found 16\.0 MB"):
        read_text(tmp_path, b" " * (MAX_BYTES + 1))


def test_all_problems_of_a_file_at_once(tmp_path):
    wrong = [dataclasses.replace(camera) for camera in CAMERAS]
    text = panoptic_calibration(wrong).replace('"R"', '"Q"').replace('"t"', '"s"')
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, text)
    assert len(caught.value.problems) == 6


@settings(max_examples=25)
@given(data=st.data(), kind=st.sampled_from(sorted(WRITE)))
def test_damage_is_an_input_error(tmp_path_factory, data, kind):
    text = bytearray(WRITE[kind](CAMERAS[:1]).encode())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place] = data.draw(st.integers(0, 255))
    text = text[: data.draw(st.integers(1, len(text)))]
    try:
        calibration = read_text(tmp_path_factory.mktemp("damaged"), bytes(text))
    except InputError as error:
        assert error.problems and all("expected" in line for line in error.problems)
    else:
        assert np.isfinite(calibration.cameras[0].matrix).all()
