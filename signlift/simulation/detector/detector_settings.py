"""How good a simulated keypoint detector is, and how it differs from recording to recording."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Bool, Float

from signlift.errors import InputError, problem

Range = tuple[float, float]


@dataclass(frozen=True)
class DetectorSettings:
    """What a keypoint detector gets wrong; all lengths are in torsos. The numbers are our own.

    Parameters
    ----------
    clean
        The chance that a recording is left as it is: no noise, nothing missing, confidence 1.
        All that follows is about the other recordings.
    noise
        Least and most standard deviation of the error of an ordinary keypoint that holds still,
        log-uniform over the recordings.
    slow
        Least and most part of the noise (of its amplitude) that drifts; the rest is white.
    correlation
        Least and most correlation time of what drifts, in seconds, log-uniform over recordings
        and keypoints.
    bias
        Least and most standard deviation of a keypoint's constant error in a recording. Most of
        it is alike on both sides of the body: that is how detectors differ in what they call
        a hip.
    blur
        Least and most of what speed adds to the noise, in torsos for each torso a second: that
        is, a part of the time for which a shutter is open, in seconds.
    outliers
        Most part of a recording's keypoints that are far off.
    outlier_size
        The standard deviation of how far.
    missing
        Most part of a recording's ordinary keypoints that are not found, in gaps from one frame
        to seconds; twice as many of the wrists, fewer of shoulders and faces.
    missing_speed
        By how much the chance of a gap grows with speed: standard deviations of doubt for each
        torso a second.
    whole_frames
        Most part of the frames in which nobody is found.
    legs, waist, bust
        The chances that the lower edge of the picture is below the hips, about the hips, or
        between shoulders and waist. What is below it is missing: for a whole recording, or
        whenever it leaves the picture.
    unsteady
        The chance that this edge moves up and down a little.
    guessed
        The chance that a detector guesses what is below the edge (as MediaPipe does), badly and
        with low confidence, instead of not giving it.
    hidden_face
        The chance that a detector leaves out what it cannot see of a head: the far ear of a
        turned one, and nose and eyes from behind.
    snaps
        Most part of the frames with both wrists near each other in which one is taken for
        the other.
    swaps
        Most part of the frames in which left and right are swapped, in one of five recordings.
    derived
        The chance that Neck and MidHip are the middles of the shoulders and hips that were found,
        and not keypoints with errors of their own.
    coco
        The chance that the detector knows the keypoints of COCO-17 only (and Neck and MidHip):
        no feet, fingers or top of the head.
    plain_confidence
        The chance that confidence says only what was found: 1, and 0 for what is missing.

    Raises
    ------
    InputError
        Lists all that is wrong.
    """

    clean: float = 0.25
    noise: Range = (0.003, 0.04)
    slow: Range = (0.3, 0.9)
    correlation: Range = (0.1, 2.0)
    bias: Range = (0.0, 0.06)
    blur: Range = (0.0005, 0.008)
    outliers: float = 0.01
    outlier_size: float = 0.3
    missing: float = 0.12
    missing_speed: float = 0.12
    whole_frames: float = 0.02
    legs: float = 0.15
    waist: float = 0.25
    bust: float = 0.1
    unsteady: float = 0.25
    guessed: float = 0.15
    hidden_face: float = 0.5
    snaps: float = 0.1
    swaps: float = 0.02
    derived: float = 0.5
    coco: float = 0.3
    plain_confidence: float = 0.35

    def __post_init__(self) -> None:
        problems = []
        for field in fields(self):
            value, name = getattr(self, field.name), field.name
            if isinstance(value, tuple):
                least = 1e-6 if name in ("noise", "correlation") else 0.0
                most = 1.0 if name == "slow" else np.inf
                good = least <= value[0] <= value[1] <= most and value[1] < np.inf
                limit = "" if most == np.inf else f" <= {most:g}"
                expected = f"{least:g} <= least <= most{limit}"
            elif name in ("outlier_size", "missing_speed"):
                good, expected = 0 <= value < np.inf, "0 or more"
            else:
                good, expected = 0 <= value <= 1, "a part or a chance from 0 to 1"
            if not good:
                problems.append(problem(name, expected=expected, found=str(value)))
        if not problems and self.legs + self.waist + self.bust > 1:
            found = f"{self.legs + self.waist + self.bust:g}"
            problems.append(problem("legs + waist + bust", expected="at most 1", found=found))
        if problems:
            raise InputError(problems)


@dataclass(frozen=True, eq=False)
class Lanes:
    """The detector of each of B recordings; as `DetectorSettings`, but what was drawn.

    Attributes
    ----------
    noise, slow, bias, blur, outliers, missing, whole_frames, snaps, swaps
        [B], as in the settings.
    edge
        [B], where the lower edge of the picture is, in torsos below the Neck; inf for none.
    sway
        [B], the standard deviation of the edge, in torsos.
    trust
        [B], the noise in torsos at which the confidence has fallen to 1 / e.
    guessed, hidden_face, derived, coco, plain_confidence
        [B], whether.
    """

    noise: Float[np.ndarray, " B"]
    slow: Float[np.ndarray, " B"]
    bias: Float[np.ndarray, " B"]
    blur: Float[np.ndarray, " B"]
    outliers: Float[np.ndarray, " B"]
    missing: Float[np.ndarray, " B"]
    whole_frames: Float[np.ndarray, " B"]
    snaps: Float[np.ndarray, " B"]
    swaps: Float[np.ndarray, " B"]
    edge: Float[np.ndarray, " B"]
    sway: Float[np.ndarray, " B"]
    trust: Float[np.ndarray, " B"]
    guessed: Bool[np.ndarray, " B"]
    hidden_face: Bool[np.ndarray, " B"]
    derived: Bool[np.ndarray, " B"]
    coco: Bool[np.ndarray, " B"]
    plain_confidence: Bool[np.ndarray, " B"]


def draw_lanes(rng: np.random.Generator, count: int, settings: DetectorSettings) -> Lanes:
    """Draw the detectors of `count` recordings, none of them clean.

    A bad picture is bad in all respects: what is drawn for a recording goes together.
    """
    badness = rng.random(count)

    def level() -> Float[np.ndarray, " B"]:
        return 0.6 * badness + 0.4 * rng.random(count)

    def between(ends: Range) -> Float[np.ndarray, " B"]:
        return ends[0] + (ends[1] - ends[0]) * level()

    def often(most: float) -> Float[np.ndarray, " B"]:
        # Most recordings miss little, and few miss much.
        return most * level() ** 2

    def chance(part: float) -> Bool[np.ndarray, " B"]:
        return rng.random(count) < part

    least, most = settings.noise
    kind = rng.random(count)
    edge = np.full(count, np.inf)
    start = 0.0
    for part, (high, low) in (
        (settings.legs, (1.15, 2.0)),
        (settings.waist, (0.7, 1.1)),
        (settings.bust, (0.25, 0.7)),
    ):
        drawn = rng.uniform(high, low, count)
        edge = np.where((kind >= start) & (kind < start + part), drawn, edge)
        start += part
    return Lanes(
        noise=least * (most / least) ** level(),
        slow=rng.uniform(*settings.slow, count),
        bias=between(settings.bias),
        blur=between(settings.blur),
        outliers=often(settings.outliers),
        missing=often(settings.missing),
        whole_frames=often(settings.whole_frames),
        snaps=often(settings.snaps),
        swaps=often(settings.swaps) * chance(0.2),
        edge=edge,
        sway=rng.uniform(0.01, 0.06, count) * chance(settings.unsteady),
        trust=rng.uniform(0.04, 0.12, count),
        guessed=chance(settings.guessed),
        hidden_face=chance(settings.hidden_face),
        derived=chance(settings.derived),
        coco=chance(settings.coco),
        plain_confidence=chance(settings.plain_confidence),
    )
