"""Streams of the shipped weights, on the sample that the documentation uses."""

import re

import numpy as np
import pytest
from example_pages import ROOT, code_blocks

import signlift as sl


@pytest.fixture(scope="module")
def lifter():
    return sl.load()


@pytest.fixture(scope="module")
def recording():
    return sl.read(sl.sample_path("openpose"))[:40]


def test_frames_of_a_recording_give_the_depth_of_a_causal_lift(lifter, recording):
    stream = lifter.stream(recording.skeleton, fps=recording.fps)
    lifted = lifter.lift(recording, causal=True)
    for number, frame in enumerate(recording):
        depth = stream.step(frame)
        np.testing.assert_allclose(depth, lifted.depth[number], rtol=1e-5, atol=1e-3)
        np.testing.assert_allclose(
            stream.uncertainty, lifted.depth_uncertainty[number], rtol=1e-5, atol=1e-3
        )


def test_arrays_with_confidence_are_the_same_frames(lifter, recording):
    streams = [lifter.stream("openpose137", fps=24, size=recording.size) for _ in range(3)]
    confidence = recording.confidence
    together = np.concatenate([recording.keypoints, confidence[..., None]], -1)
    for number in range(5):
        depths = [
            streams[0].step(recording[number]),
            streams[1].step(recording.keypoints[number], confidence[number]),
            streams[2].step(together[number]),
        ]
        np.testing.assert_array_equal(depths[0], depths[1])
        np.testing.assert_array_equal(depths[0], depths[2])


def test_the_confidence_matters(lifter, recording):
    with_confidence = lifter.stream("openpose137", fps=24)
    without = lifter.stream("openpose137", fps=24)
    for frame in recording[:10]:
        depth, other = with_confidence.step(frame), without.step(frame.keypoints[0])
    assert np.nanmax(np.abs(depth - other)) > 1


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (lambda r: r[:2], "frame: expected one frame, found 2 frames"),
        (lambda r: r[::2][0], "frame: expected 24 frames per second.*, found 12"),
        (
            lambda r: r[0].convert("coco17"),
            "frame: expected keypoints of openpose137, found coco17",
        ),
        (lambda r: r.keypoints, r"frame: expected shape \[137, 2\] or \[137, 3\].*40, 137, 2"),
        (lambda r: np.zeros((5, 2)), r"frame: keypoints: expected shape \[T, 137, 2\]"),
    ],
)
def test_what_is_no_frame_of_the_stream_is_refused(lifter, recording, frame, message):
    stream = lifter.stream("openpose137", fps=24)
    with pytest.raises(sl.InputError, match=message):
        stream.step(frame(recording))


def test_a_second_confidence_is_refused(lifter, recording):
    stream = lifter.stream("openpose137", fps=24)
    with pytest.raises(sl.InputError, match="confidence: expected none beside a Recording"):
        stream.step(recording[0], recording.confidence[0])


@pytest.mark.parametrize("page", ["README.md", "docs/quickstart.md", "docs/examples/stream.md"])
def test_the_documented_loop_gives_the_depth_of_a_causal_lift(
    page, lifter, recording, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    sl.write(recording, tmp_path / "sample.npz")  # its first frames
    monkeypatch.setattr(sl, "sample_path", lambda *_: tmp_path / "sample.npz")
    blocks = [block.code for block in code_blocks((ROOT / page).read_text())]
    last = next(number for number, code in enumerate(blocks) if ".step(" in code)
    code = re.sub(r"^sl\.plot_3D_skeleton.*$", "", "\n".join(blocks[: last + 1]), flags=re.M)
    names = {}
    exec(compile(code, page, "exec"), names)
    recording = names.get("camera", names.get("recording"))
    lifted = lifter.lift(recording, causal=True)
    depth = names["depths"][-1] if "depths" in names else names["depth"]
    np.testing.assert_allclose(depth, lifted.depth[-1], rtol=1e-5, atol=1e-3)
