"""Settings of simulated keypoint detectors, and the parameters drawn for each recording."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from signlift.errors import InputError, parameter_problem
from signlift.utils.array_types import Bool, Float

Range = tuple[float, float]


@dataclass(frozen=True)
class DetectorSettings:
    """Distribution of the errors of keypoint detectors.

    Lengths are in torso lengths. Names that end in `probability` are probabilities of a property of
    a whole recording. The numbers are our own.

    Parameters
    ----------
    clean_probability
        Probability that a recording is not changed: no noise, no gaps, confidence 1. All other
        settings hold for the other recordings.
    smooth_probability
        Probability of a detector that smooths over time, as MediaPipe does: its errors are those
        of `smooth_errors`, and it guesses what is a little outside the image. `noise`,
        `slow_fraction`, `correlation_time`, `bias`, `blur`, `hidden_face_probability`,
        `snap_fraction` and `swap_fraction` do not apply to it.
    noise
        Minimum and maximum standard deviation of the error of an ordinary keypoint that does not
        move, log-uniform over recordings.
    slow_fraction
        Minimum and maximum fraction of the noise amplitude that is correlated over time; the
        other part is white.
    correlation_time
        Minimum and maximum correlation time of correlated noise in seconds, log-uniform over
        recordings and keypoints.
    bias
        Minimum and maximum standard deviation of the constant error of a keypoint in a recording.
        Most of it is the same on both sides of the body, as detectors define a hip differently.
    blur
        Minimum and maximum noise per speed, in torsos for each torso per second. This is a
        fraction of the exposure time in seconds.
    outlier_fraction
        Maximum fraction of keypoints of a recording that are outliers.
    outlier_size
        Standard deviation of the displacement of outliers.
    missing_fraction
        Maximum fraction of ordinary keypoints of a recording that are missing, in gaps from one
        frame to seconds. Wrists are missing twice as often, shoulders and faces less often.
    missing_speed
        Increase of gaps with speed: standard deviations of the difficulty for each torso per
        second.
    empty_fraction
        Maximum fraction of frames without any keypoint.
    legs_probability, waist_probability, chest_probability
        Probabilities that the lower edge of the image is below the hips, near the hips, or between
        shoulders and waist. Keypoints below it are missing: throughout a recording, or when they
        leave the image.
    sway_probability
        Probability that this edge moves up and down a little.
    guess_probability
        Probability that a detector guesses keypoints below the edge (as MediaPipe does), with large
        errors and low confidence, instead of leaving them out.
    hidden_face_probability
        Probability that a detector leaves out hidden keypoints of the head: the far ear of a
        turned head, and nose and eyes seen from behind.
    snap_fraction
        Maximum fraction of the frames with both wrists near each other in which one is mistaken
        for the other.
    swap_fraction
        Maximum fraction of frames in which left and right are swapped, in one of five recordings.
    derived_probability
        Probability that Neck and MidHip are the middles of the detected shoulders and hips, and not
        keypoints with errors of their own.
    coco_probability
        Probability that the detector has only the keypoints of COCO-17 (with Neck and MidHip), and
        no feet, fingers or top of the head.
    binary_probability
        Probability that confidence is 1 for all detected keypoints and 0 for missing ones.

    Raises
    ------
    InputError
        Lists all invalid settings.
    """

    clean_probability: float = 0.25
    smooth_probability: float = 0.6
    noise: Range = (0.003, 0.04)
    slow_fraction: Range = (0.3, 0.9)
    correlation_time: Range = (0.1, 2.0)
    bias: Range = (0.0, 0.06)
    blur: Range = (0.0005, 0.008)
    outlier_fraction: float = 0.01
    outlier_size: float = 0.3
    missing_fraction: float = 0.12
    missing_speed: float = 0.12
    empty_fraction: float = 0.02
    legs_probability: float = 0.15
    waist_probability: float = 0.25
    chest_probability: float = 0.1
    sway_probability: float = 0.25
    guess_probability: float = 0.15
    hidden_face_probability: float = 0.5
    snap_fraction: float = 0.1
    swap_fraction: float = 0.02
    derived_probability: float = 0.5
    coco_probability: float = 0.3
    binary_probability: float = 0.35

    def __post_init__(self) -> None:
        problems = []
        for field in fields(self):
            value, name = getattr(self, field.name), field.name
            if isinstance(value, tuple):
                low = 1e-6 if name in ("noise", "correlation_time") else 0.0
                high = 1.0 if name == "slow_fraction" else np.inf
                valid = low <= value[0] <= value[1] <= high and value[1] < np.inf
                limit = "" if high == np.inf else f" <= {high:g}"
                expected = f"{low:g} <= minimum <= maximum{limit}"
            elif name in ("outlier_size", "missing_speed"):
                valid, expected = 0 <= value < np.inf, "0 or more"
            else:
                kind = "probability" if name.endswith("probability") else "fraction"
                valid, expected = 0 <= value <= 1, f"a {kind} from 0 to 1"
            if not valid:
                problems.append(parameter_problem(name, expected=expected, found=value))
        edges = self.legs_probability + self.waist_probability + self.chest_probability
        if not problems and edges > 1:
            names = "`waist_probability` + `chest_probability`"
            expected = f"at most 1 together with {names}"
            problems.append(
                parameter_problem(
                    "legs_probability", expected=expected, found=f"a sum of {edges:g}"
                )
            )
        if problems:
            raise InputError(problems)


@dataclass(frozen=True, eq=False)
class DetectorParameters:
    """Parameters of the detectors of B recordings, drawn from `DetectorSettings`.

    Attributes
    ----------
    noise, slow_fraction, bias, blur
        [B], as in the settings.
    outlier_fraction, missing_fraction, empty_fraction, snap_fraction, swap_fraction
        [B], as in the settings.
    edge
        [B], position of the lower edge of the image, in torsos below the Neck; inf for none.
    sway
        [B], standard deviation of the edge, in torsos.
    confidence_noise
        [B], noise in torsos at which the confidence has fallen to 1 / e.
    smooth, guesses, hides_face, derives, coco, binary
        [B], True for detectors with the property.
    """

    noise: Float[np.ndarray, " B"]
    slow_fraction: Float[np.ndarray, " B"]
    bias: Float[np.ndarray, " B"]
    blur: Float[np.ndarray, " B"]
    outlier_fraction: Float[np.ndarray, " B"]
    missing_fraction: Float[np.ndarray, " B"]
    empty_fraction: Float[np.ndarray, " B"]
    snap_fraction: Float[np.ndarray, " B"]
    swap_fraction: Float[np.ndarray, " B"]
    edge: Float[np.ndarray, " B"]
    sway: Float[np.ndarray, " B"]
    confidence_noise: Float[np.ndarray, " B"]
    smooth: Bool[np.ndarray, " B"]
    guesses: Bool[np.ndarray, " B"]
    hides_face: Bool[np.ndarray, " B"]
    derives: Bool[np.ndarray, " B"]
    coco: Bool[np.ndarray, " B"]
    binary: Bool[np.ndarray, " B"]

    def select(self, rows: Bool[np.ndarray, " B"]) -> DetectorParameters:
        """Return the parameters of some recordings."""
        return DetectorParameters(**{name: value[rows] for name, value in vars(self).items()})


def draw_parameters(
    rng: np.random.Generator, count: int, settings: DetectorSettings
) -> DetectorParameters:
    """Draw the parameters of the detectors of `count` recordings, none of them clean.

    The parameters of a recording are correlated, as a bad image affects all of them.
    """
    badness = rng.random(count)

    def draw_level() -> Float[np.ndarray, " B"]:
        return 0.6 * badness + 0.4 * rng.random(count)

    def draw_between(limits: Range) -> Float[np.ndarray, " B"]:
        return limits[0] + (limits[1] - limits[0]) * draw_level()

    def draw_fraction(maximum: float) -> Float[np.ndarray, " B"]:
        # Most recordings have small fractions, and few have large ones.
        return maximum * draw_level() ** 2

    def draw_property(probability: float) -> Bool[np.ndarray, " B"]:
        return rng.random(count) < probability

    low, high = settings.noise
    kind = rng.random(count)
    edge = np.full(count, np.inf)
    start = 0.0
    for probability, (top, bottom) in (
        (settings.legs_probability, (1.15, 2.0)),
        (settings.waist_probability, (0.7, 1.1)),
        (settings.chest_probability, (0.25, 0.7)),
    ):
        position = rng.uniform(top, bottom, count)
        edge = np.where((kind >= start) & (kind < start + probability), position, edge)
        start += probability
    # The order of the draws is part of the result for a seed.
    return DetectorParameters(
        noise=low * (high / low) ** draw_level(),
        slow_fraction=rng.uniform(*settings.slow_fraction, count),
        bias=draw_between(settings.bias),
        blur=draw_between(settings.blur),
        outlier_fraction=draw_fraction(settings.outlier_fraction),
        missing_fraction=draw_fraction(settings.missing_fraction),
        empty_fraction=draw_fraction(settings.empty_fraction),
        snap_fraction=draw_fraction(settings.snap_fraction),
        swap_fraction=draw_fraction(settings.swap_fraction) * draw_property(0.2),
        edge=edge,
        sway=rng.uniform(0.01, 0.06, count) * draw_property(settings.sway_probability),
        confidence_noise=rng.uniform(0.04, 0.12, count),
        smooth=draw_property(settings.smooth_probability),
        guesses=draw_property(settings.guess_probability),
        hides_face=draw_property(settings.hidden_face_probability),
        derives=draw_property(settings.derived_probability),
        coco=draw_property(settings.coco_probability),
        binary=draw_property(settings.binary_probability),
    )
