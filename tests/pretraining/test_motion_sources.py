import numpy as np
import pytest

from signlift.errors import InputError
from signlift.pretraining.motion_sources import (
    MOCAP,
    CapturedMotion,
    SignerPool,
    draw_captured,
    draw_fps,
    draw_origins,
    read_captured_motion,
)
from signlift.simulation.signer.procedural_signer import Signer


def captured(*lengths: int) -> CapturedMotion:
    rng = np.random.default_rng(0)
    clips = [rng.normal(size=(n, 26, 3)).astype(np.float32) for n in lengths]
    return CapturedMotion("random", clips)


def test_clips_are_read_in_metres(tmp_path) -> None:
    np.savez(
        tmp_path / MOCAP, **{"train.a": np.full((3, 26, 3), 50.0), "test.b": np.ones((2, 26, 3))}
    )
    assert len(read_captured_motion(tmp_path).clips) == 2
    only = read_captured_motion(tmp_path, "train.")
    assert only.name == tmp_path.name
    np.testing.assert_array_equal(only.clips[0], np.full((3, 26, 3), 0.5, np.float32))


def test_missing_motion_capture(tmp_path) -> None:
    with pytest.raises(InputError, match="expected motion capture, found no file"):
        read_captured_motion(tmp_path)
    np.savez(tmp_path / MOCAP, a=np.ones((1, 26, 3)))  # a single frame is no motion
    with pytest.raises(InputError, match="found no clip"):
        read_captured_motion(tmp_path)


@pytest.mark.parametrize("length", [2, 5, 400])
@pytest.mark.parametrize("frames", [1, 30])
def test_captured_motion_of_any_length(length: int, frames: int) -> None:
    motion, fps = draw_captured(np.random.default_rng(1), captured(length), frames)
    assert motion.shape == (frames, 26, 3)
    assert 15 <= fps <= 60
    assert np.isfinite(motion).all()


def test_short_clips_are_played_forward_and_backward() -> None:
    step = np.arange(6, dtype=np.float32)[:, None, None] * np.ones((6, 26, 3), np.float32)
    motion, _ = draw_captured(np.random.default_rng(2), CapturedMotion("steps", [step]), 200)
    # No step is longer than at the fastest tempo and the lowest frame rate.
    assert np.abs(np.diff(motion[:, 0, 0])).max() <= 1.4 * 30 / 15 + 1e-4
    assert motion.max() <= 5


def test_signers_are_the_same_for_the_same_seed_and_number() -> None:
    one, other = SignerPool(3, 40, 2), SignerPool(3, 40, 2)
    other.draw(np.random.default_rng(0), 5, 10)  # earlier motions do not matter
    for signers in (one, other):
        motion, fps = signers.draw(np.random.default_rng(7), 9, 20)
        assert motion.shape == (20, 26, 3)
        assert motion.dtype == np.float32
    again, rate = one.draw(np.random.default_rng(7), 9, 20)
    np.testing.assert_array_equal(motion, again)
    assert fps == rate


def test_motions_of_the_pool_are_made_once(monkeypatch) -> None:
    signers = SignerPool(0, 4, 3)
    made = []
    motion_of = Signer.draw
    monkeypatch.setattr(Signer, "draw", lambda rng: made.append(1) or motion_of(rng))
    rng = np.random.default_rng(0)
    for newest in range(20):
        for _ in range(40):  # so many that each of the three newest is drawn
            signers.draw(rng, newest, 2)
    assert len(made) == 20  # each once
    assert set(signers._motions) == {17, 18, 19}


def test_a_motion_that_left_the_pool_can_be_drawn_again() -> None:
    signers = SignerPool(3, 4, 1)
    first, _ = signers.draw(np.random.default_rng(0), 0, 4)
    signers.draw(np.random.default_rng(0), 9, 4)
    again, _ = signers.draw(np.random.default_rng(0), 0, 4)
    np.testing.assert_array_equal(first, again)


def test_frame_rates_and_origins() -> None:
    rng = np.random.default_rng(0)
    rates = draw_fps(rng, 1000)
    assert 15 <= rates.min() < 17
    assert 55 < rates.max() <= 60
    origins = draw_origins(rng, 2000, [0.75, 0.25])
    assert abs((origins == 0).mean() - 0.75) < 0.05
