"""Other programs read the files: Khronos' validator, three.js and three-vrm in a browser, Blender.

    cd tests/avatar_programs && npm ci
    pip install bpy

Tests are skipped where a program is missing.
"""

import base64
import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from browsers import open_browser
from moving_avatars import moving
from vrm_models import write_vrm

from benchmarks.animated_gltf import read_gltf, rotation_from_quaternion
from signlift.io.avatars.glb import write_glb_motion
from signlift.io.avatars.vrma import HUMANOID_BONES, write_vrma_motion

PROGRAMS = Path(__file__).parents[2] / "avatar_programs"
PACKAGES = PROGRAMS / "node_modules"
#: Chromium draws by software, so that no GPU is needed.
FRAMES = (0, 3, 11)


def run_node(*arguments):
    if shutil.which("node") is None or not PACKAGES.is_dir():
        pytest.skip("needs node, and npm ci in tests/avatar_programs")
    command = [str(argument) for argument in arguments]
    done = subprocess.run(command, cwd=PROGRAMS, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def motion():
    return moving(12)


@pytest.fixture(scope="module")
def files(motion, tmp_path_factory):
    directory = tmp_path_factory.mktemp("avatars")
    write_glb_motion(motion, directory / "a.glb", extras={"name": "a signer"})
    write_vrma_motion(motion, directory / "a.vrma", extras={"name": "a signer"})
    write_glb_motion(moving(1), directory / "one.glb")
    return directory


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    bundle = tmp_path_factory.mktemp("bundle") / "player.js"
    run_node(
        *(PACKAGES / ".bin" / "esbuild", "player.js", "--bundle", "--format=iife"),
        *(f"--outfile={bundle}", "--log-level=warning"),
    )
    with open_browser() as browser:
        page = browser.new_page()
        page.set_default_timeout(90_000)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda line: page.problems.append(line.text))
        page.set_content("<body></body>")
        page.add_script_tag(path=bundle)
        yield page


def encoded(path):
    return base64.b64encode(path.read_bytes()).decode()


def test_the_validator_of_khronos_finds_nothing(files):
    for line in run_node("node", "validate.js", *sorted(files.iterdir())).splitlines():
        report = json.loads(line)
        assert (report["numErrors"], report["numWarnings"], report["numHints"]) == (0, 0, 0)
        # Remarks on .vrma files: it does not check VRM's extension, and ends of bones are empty.
        codes = {message["code"] for message in report["messages"]}
        remarks = {"UNSUPPORTED_EXTENSION", "NODE_EMPTY"}
        assert codes == (remarks if report["path"].endswith(".vrma") else set())
        assert report["info"]["animationCount"] == 1


def test_three_js_plays_a_glb(page, files, motion):
    opened = page.evaluate("data => player.openGlb(data)", encoded(files / "a.glb"))
    assert opened["bones"] == list(motion.names)
    assert opened["duration"] == pytest.approx((len(motion) - 1) / motion.fps)
    times = [frame / motion.fps for frame in FRAMES]
    places = page.evaluate(
        "([names, times]) => player.positions(names, times)", [motion.names, times]
    )
    expected = motion.forward_kinematics().positions[list(FRAMES)] / 100
    np.testing.assert_allclose(places, expected, atol=1e-4)
    assert page.problems == []


def test_the_skin_follows_the_joints_in_three_js(page, files, motion):
    page.evaluate("data => player.openGlb(data)", encoded(files / "a.glb"))
    for frame in FRAMES:
        points = page.evaluate("time => player.skin(time, 7)", frame / motion.fps)
        joints = motion.forward_kinematics().positions[frame] / 100
        away = np.linalg.norm(np.array(points)[:, None] - joints, axis=-1).min(-1)
        assert away.max() < 0.25  # the middle of a thigh
        assert away.mean() < 0.08
        tip = joints[motion.names.index("LeftHandIndex3_End")]
        assert np.linalg.norm(np.array(points) - tip, axis=-1).min() < 0.015


def test_between_frames_three_js_turns_the_short_way(page, files, motion):
    page.evaluate("data => player.openGlb(data)", encoded(files / "a.glb"))
    expected = motion.forward_kinematics().positions[3:5].mean(0) / 100
    (places,) = page.evaluate(
        "([names, times]) => player.positions(names, times)", [motion.names, [3.5 / motion.fps]]
    )
    np.testing.assert_allclose(places, expected, atol=0.06)  # arms swing round by 28 degrees


def test_three_vrm_plays_a_vrma_on_an_avatar_of_other_proportions_and_axes(
    page, files, motion, tmp_path
):
    axes = write_vrm(tmp_path / "model.vrm")
    opened = page.evaluate(
        "([model, motion]) => player.openVrma(model, motion)",
        [encoded(tmp_path / "model.vrm"), encoded(files / "a.vrma")],
    )
    assert set(opened["bones"]) == set(HUMANOID_BONES.values())
    assert opened["duration"] == pytest.approx((len(motion) - 1) / motion.fps)
    bones = {HUMANOID_BONES[name]: motion.names.index(name) for name in HUMANOID_BONES}
    times = [frame / motion.fps for frame in FRAMES]
    played = page.evaluate("([names, times]) => player.humanoid(names, times)", [[*bones], times])
    world = motion.forward_kinematics()
    for frame, made in zip(FRAMES, played, strict=True):
        rotations = rotation_from_quaternion(np.array([bone["rotation"] for bone in made]))
        turned = rotations @ np.swapaxes(np.array([axes[bone] for bone in bones]), 1, 2)
        expected = world.rotations[frame, list(bones.values())]
        np.testing.assert_allclose(turned, expected, atol=1e-4, err_msg=str(frame))
    heights = [made[0]["position"][1] for made in played]
    ratio = read_gltf(tmp_path / "model.vrm").document["nodes"][0]["translation"][1]
    ratio /= read_gltf(files / "a.vrma").document["nodes"][0]["translation"][1]
    expected = world.positions[list(FRAMES), 0, 1] / 100 * ratio
    np.testing.assert_allclose(heights, expected, atol=1e-4)
    assert page.problems == []


def test_blender_imports_a_glb(files, capsys):
    if importlib.util.find_spec("bpy") is None:
        pytest.skip("needs bpy")
    from benchmarks.other_programs import main

    assert main([str(files / "a.glb")]) == 0
    assert "finds all" in capsys.readouterr().out
