"""Settings that all recordings of a job are lifted with, and their digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from importlib.resources import files
from pathlib import Path
from typing import Any

from signlift._version import __version__
from signlift.core.body_proportions import BodyProportions
from signlift.core.skeleton import Skeleton
from signlift.io import ReadOptions, WriteOptions
from signlift.io.writer import Writer
from signlift.io.writer_registry import find_writer
from signlift.lifting.open_network import WEIGHTS_PACKAGE
from signlift.pipeline.corpus.limits import NO_LIMITS, Limits

_WEIGHTS = (".onnx", ".safetensors")

#: Fields that change no byte of a result.
_NEUTRAL = ("out", "quiet", "limits", "max_frames", "files", "preferred_skeleton")


@dataclass(frozen=True)
class Settings:
    """The settings of a job. They can be pickled.

    Attributes
    ----------
    out
        Directory of the results.
    format
        Name of the format.
    model
        As for `signlift.load`.
    proportions, height, pitch, fov, causal, complete, reading, writing
        As for `signlift.convert`.
    view
        Also write a page beside each result.
    shard_frames
        Frames of a table that holds the results of several recordings; None for a file for each.
    limits
        Limits of one recording.
    """

    out: Path
    format: str
    model: Path | None = None
    proportions: BodyProportions | None = None
    height: float | None = None
    pitch: float | None = None
    fov: float | None = None
    causal: bool = False
    complete: bool = False
    reading: ReadOptions = field(default_factory=ReadOptions)
    writing: WriteOptions = field(default_factory=WriteOptions)
    view: bool = False
    shard_frames: int | None = None
    limits: Limits = NO_LIMITS

    @property
    def writer(self) -> Writer:
        """The format."""
        return find_writer(self.out, self.format)

    def describe(self) -> str:
        """Describe what decides the bytes of the results, as JSON on one line.

        It has the version of signlift, the digest of the weights, and the settings that are not
        their defaults.
        """
        chosen = _differences(self, Settings(Path(), ""))
        about = {"version": __version__, "weights": digest_weights(self.model)}
        return json.dumps({**about, **chosen}, sort_keys=True, ensure_ascii=False)


def digest_text(text: str) -> str:
    """Return a short digest of a text.

    Examples
    --------
    >>> digest_text("signlift")
    'c1355fe78f1c'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def digest_weights(model: Path | None) -> str:
    """Return a short digest of the files of a model."""
    if model is None:
        paths = [each for each in files(WEIGHTS_PACKAGE).iterdir() if each.name.endswith(".onnx")]
    elif model.is_dir():
        paths = [each for each in model.iterdir() if each.suffix in _WEIGHTS]
    else:
        paths = [model] if model.is_file() else []
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda each: each.name):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.name} {content}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:12]


def _differences(value: Any, default: Any) -> dict[str, Any]:
    """Collect the fields of a dataclass that are not those of another one."""
    chosen: dict[str, Any] = {}
    for each in fields(value):
        found, usual = getattr(value, each.name), getattr(default, each.name)
        if each.name in _NEUTRAL or found == usual:
            continue
        if isinstance(found, ReadOptions | WriteOptions):
            chosen |= _differences(found, usual)
        else:
            chosen[each.name] = _plain(found)
    return chosen


def _plain(value: Any) -> Any:
    if isinstance(value, Skeleton):
        return value.name
    if isinstance(value, BodyProportions):
        return digest_text(json.dumps(asdict(value), sort_keys=True))
    return value if isinstance(value, bool | int | float | str | tuple) else str(value)


def describe_difference(before: str, after: str) -> tuple[str, str]:
    """Describe what differs between two descriptions of settings: before, and after.

    Examples
    --------
    >>> describe_difference('{"format": "csv", "height": 170}', '{"format": "npz"}')
    ('format csv, height 170', 'format npz, height none')
    """
    try:
        first, second = json.loads(before), json.loads(after)
        names = [name for name in {**first, **second} if first.get(name) != second.get(name)]
    except (ValueError, AttributeError):
        return before, after
    old, new = (
        ", ".join(f"{name} {each.get(name, 'none')}" for name in names) for each in (first, second)
    )
    return old, new
