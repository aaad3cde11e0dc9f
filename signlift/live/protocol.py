"""The messages of live lifting: keypoints in, depth out; one JSON object each.

They are the lines of standard input and output and the messages of a WebSocket. docs/live.md
describes them for writers of other programs.

The first message each way is a `hello`; those that follow are a `frame` each. Fields that are not
listed here are ignored, so that later versions can add some. A newer version number is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from signlift._version import __version__
from signlift.core.frame_rate import check_fps
from signlift.core.recording import DEFAULT_FPS
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, collect_problems, problem
from signlift.live.messages import to_json_numbers

if TYPE_CHECKING:
    from signlift.core.body_proportions import BodyProportions
    from signlift.live.live_frame import LiveFrame
    from signlift.live.session import LiveSession

#: The version of the messages. It grows with changes that programs must know.
VERSION = 1

#: The unit of x and y: pixels (or another length), fractions of the width and the height, or that
#: which the numbers look like.
Unit = Literal["px", "fraction", "auto"]
_UNITS: tuple[Unit, ...] = ("px", "fraction", "auto")

#: Names of fields that a `hello` may be recognised by where it has no type.
_HELLO_FIELDS = {"version", "skeleton", "fps"}


@dataclass(frozen=True)
class Hello:
    """The first message of a program that sends keypoints.

    Attributes
    ----------
    skeleton
        The skeleton of the keypoints.
    fps
        Frames per second.
    size
        Width and height of the image in pixels. None if unknown.
    unit
        The unit of x and y in `keypoints`: "px", "fraction", or "auto", with which small numbers
        are fractions, as in files. Landmarks of MediaPipe's parts are fractions always.
    min_confidence
        Smallest confidence of an observed keypoint; None for that of the detector.
    """

    skeleton: Skeleton
    fps: float = DEFAULT_FPS
    size: tuple[float, float] | None = None
    unit: Unit = "auto"
    min_confidence: float | None = None

    def __post_init__(self) -> None:
        if self.unit == "fraction" and self.size is None:
            expected = "the size of the image, as x and y are fractions of it"
            raise InputError(problem("hello: size", expected=expected, found="none"))


def message_type(message: Mapping[str, Any]) -> str:
    """Return the type of a message: hello, frame, or another that the program may ignore.

    Examples
    --------
    >>> message_type({"type": "frame"}), message_type({"keypoints": []}), message_type({"fps": 25})
    ('frame', 'frame', 'hello')
    """
    kind = message.get("type")
    if isinstance(kind, str):
        return kind
    return "hello" if set(message) & _HELLO_FIELDS and "keypoints" not in message else "frame"


def parse_hello(message: Mapping[str, Any], defaults: Hello | None = None) -> Hello:
    """Parse the first message of a program that sends keypoints.

    Parameters
    ----------
    message
        `version` (1), `skeleton`, and where known `fps`, `size`, `unit` and `min_confidence`.
    defaults
        The values of fields that are not in the message; without it the skeleton is required.

    Raises
    ------
    InputError
        Lists all problems: a newer version, an unknown skeleton, a value out of range.

    Examples
    --------
    >>> parse_hello({"version": 1, "skeleton": "coco17", "fps": 25}).fps
    25.0
    """
    check_version(message)
    problems: list[str] = []
    skeleton = None if defaults is None else defaults.skeleton
    if message.get("skeleton") is not None or skeleton is None:
        with collect_problems(problems):
            skeleton = _parse_skeleton(message.get("skeleton"))
    fps = DEFAULT_FPS if defaults is None else defaults.fps
    if message.get("fps") is not None:
        with collect_problems(problems):
            fps = check_fps(message["fps"], "hello: fps")
    size = None if defaults is None else defaults.size
    if message.get("size") is not None:
        with collect_problems(problems):
            size = _parse_size(message["size"])
    unit = message.get("unit", "auto" if defaults is None else defaults.unit)
    if unit not in _UNITS:
        problems.append(problem("hello: unit", expected=" or ".join(_UNITS), found=repr(unit)))
    minimum = message.get("min_confidence", None if defaults is None else defaults.min_confidence)
    if minimum is not None and not (_is_number(minimum) and 0 <= minimum <= 1):
        expected = "a number from 0 to 1"
        problems.append(problem("hello: min_confidence", expected=expected, found=repr(minimum)))
    if problems:
        raise InputError(problems)
    assert skeleton is not None
    return Hello(skeleton, fps, size, unit, None if minimum is None else float(minimum))


def check_version(message: Mapping[str, Any]) -> None:
    """Raise InputError if a message is of a newer version of the protocol, or of none."""
    version = message.get("version", VERSION)
    expected = f"version {VERSION} of the messages"
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InputError(problem("hello: version", expected=expected, found=repr(version)))
    if version > VERSION:
        expected += " or an earlier one (a newer signlift reads newer ones)"
        raise InputError(problem("hello: version", expected=expected, found=str(version)))


def hello_message(session: LiveSession) -> dict[str, Any]:
    """Make the first message of the answer: what the frames that follow hold.

    Parameters
    ----------
    session
        The session that lifts the frames.
    """
    skeleton = session.skeleton
    return {
        "type": "hello",
        "version": VERSION,
        "signlift": __version__,
        "skeleton": skeleton.name,
        "keypoints": list(skeleton.keypoints),
        "bones": skeleton.bone_index.tolist(),
        "fps": session.frame_rate,
        "size": None if session.size is None else list(session.size),
        "given_proportions": session.given_proportions is not None,
    }


def frame_message(frame: LiveFrame) -> dict[str, Any]:
    """Make the message of a lifted frame.

    Parameters
    ----------
    frame
        The frame, as `LiveSession.push` returns it.
    """
    confidence, uncertainty = frame.confidence, frame.uncertainty
    message: dict[str, Any] = {
        "type": "frame",
        "frame": frame.number,
        "time": frame.time,
        "x": to_json_numbers(frame.keypoints[:, 0]),
        "y": to_json_numbers(frame.keypoints[:, 1]),
        "confidence": None if confidence is None else to_json_numbers(confidence),
        "z": to_json_numbers(frame.depth),
        "uncertainty": None if uncertainty is None else to_json_numbers(uncertainty),
        "proportions": proportions_message(frame.proportions),
        "settling": round(frame.settling, 3),
        "settled": frame.settled,
        "latency_ms": round(1000 * frame.latency, 3),
    }
    if frame.id is not None:
        message["id"] = frame.id
    if frame.warning:
        message["warning"] = frame.warning
    return message


def proportions_message(proportions: BodyProportions | None) -> dict[str, Any] | None:
    """Make the value of `proportions`: lengths by name in the unit of x and y, as in a file."""
    if proportions is None:
        return None
    content: dict[str, Any] = {
        name: float(f"{length:.6g}") for name, length in proportions.lengths.items()
    }
    content["uncertainties"] = {
        name: float(f"{value:.4g}") for name, value in proportions.uncertainties.items()
    }
    return content


def error_message(error: InputError, where: str | None = None) -> dict[str, Any]:
    """Make the message of an error: each line says what was expected and what was found."""
    message: dict[str, Any] = {"type": "error", "message": "; ".join(map(str, error.problems))}
    if where is not None:
        message["where"] = where
    return message


def _parse_skeleton(name: object) -> Skeleton:
    if not isinstance(name, str):
        expected = "the name of a skeleton, such as coco17"
        found = "none" if name is None else repr(name)
        raise InputError(problem("hello: skeleton", expected=expected, found=found))
    try:
        return get_skeleton(name)
    except InputError as error:
        raise InputError(f"hello: {line}" for line in error.problems) from None


def _parse_size(value: object) -> tuple[float, float]:
    if isinstance(value, list | tuple) and len(value) == 2 and all(map(_is_number, value)):
        width, height = map(float, value)
        if 0 < width < float("inf") and 0 < height < float("inf"):
            return width, height
    expected = "a width and a height above 0"
    raise InputError(problem("hello: size", expected=expected, found=repr(value)))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
