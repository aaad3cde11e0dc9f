"""Calibrations of real cameras, in the formats that are read; which one, the content tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.geometry.camera import CalibratedCamera

#: The largest file that is read, in bytes.
MAX_BYTES = 16 << 20


@dataclass(frozen=True, eq=False)
class Calibration:
    """Cameras of one world.

    Attributes
    ----------
    name
        The file's.
    cameras
        At least one; no name stands twice.
    unit
        Of the world: "mm", "cm", "m", or None when the file does not say.
    """

    name: str
    cameras: tuple[CalibratedCamera, ...]
    unit: str | None = None

    def __post_init__(self) -> None:
        problems = []
        if not self.cameras:
            problems.append(problem(self.name, expected="a camera", found="none"))
        names = [camera.name for camera in self.cameras]
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            expected, found = f"one camera {name}", str(names.count(name))
            problems.append(problem(self.name, expected=expected, found=found))
        if problems:
            raise InputError(problems)

    def __len__(self) -> int:
        """How many cameras there are."""
        return len(self.cameras)

    def __iter__(self) -> Iterator[CalibratedCamera]:
        """The cameras, in the order of the file."""
        return iter(self.cameras)

    def choose(self, names: Sequence[str]) -> list[CalibratedCamera]:
        """The cameras of these names, in this order.

        Raises
        ------
        InputError
            A line for each name that no camera has.
        """
        of = {camera.name: camera for camera in self.cameras}
        known = ", ".join(list(of)[:40]) + (", ..." if len(of) > 40 else "")
        expected = f"one of the cameras {known}"
        problems = [
            problem(self.name, expected=expected, found=repr(name))
            for name in names
            if name not in of
        ]
        if problems:
            raise InputError(problems)
        return [of[name] for name in names]


def read_calibration(path: str | PathLike[str]) -> Calibration:
    """Read the calibration of cameras.

    Parameters
    ----------
    path
        Panoptic Studio's JSON, Qualisys' .qca.txt (XML), or a TOML file as Anipose and Pose2Sim
        write it; its first character tells which.

    Raises
    ------
    InputError
        A line for each problem of the file: it cannot be read, is none of these, or holds a
        camera that is damaged or of a kind that is not known (a fisheye).
    """
    from signlift.io.calibration.panoptic_calibration import panoptic_cameras
    from signlift.io.calibration.qualisys_calibration import qualisys_cameras
    from signlift.io.calibration.toml_calibration import toml_cameras

    path = Path(path)
    data = _bytes(path)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not start:
        raise InputError(problem(path, expected="a calibration", found="an empty file"))
    where = str(path)
    if start == b"{":
        return Calibration(where, panoptic_cameras(data, where), "cm")
    if start == b"<":
        return Calibration(where, qualisys_cameras(data, where), "mm")
    return Calibration(where, toml_cameras(data, where))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        found = error.strerror or "none that can be read"
        raise InputError(problem(path, expected="a calibration", found=found)) from None
    if len(data) > MAX_BYTES:
        expected = f"a calibration of at most {MAX_BYTES >> 20} MB"
        raise InputError(problem(path, expected=expected, found="more"))
    return data
