"""Reading of camera calibrations, whose format is recognised by the content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.geometry.camera import Camera
from signlift.utils.regular_files import open_regular

#: Largest file that is read, in bytes.
MAX_BYTES = 16 << 20

#: Number of camera names in messages.
_MAX_NAMES = 40


@dataclass(frozen=True, eq=False)
class Calibration:
    """Cameras of one world.

    Parameters
    ----------
    name
        The file.
    cameras
        At least one, with different names.
    unit
        Unit of the world: "mm", "cm", "m", or None where the file does not say.

    Raises
    ------
    InputError
        There is no camera, or several cameras have the same name.
    """

    name: str
    cameras: tuple[Camera, ...]
    unit: str | None = None

    def __post_init__(self) -> None:
        problems = []
        if not self.cameras:
            problems.append(problem(self.name, expected="at least 1 camera", found="0"))
        names = [camera.name for camera in self.cameras]
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            expected, found = f"one camera {name}", str(names.count(name))
            problems.append(problem(self.name, expected=expected, found=found))
        if problems:
            raise InputError(problems)

    def __len__(self) -> int:
        """Return the number of cameras."""
        return len(self.cameras)

    def __iter__(self) -> Iterator[Camera]:
        """Iterate over the cameras, in the order of the file."""
        return iter(self.cameras)

    def choose(self, names: Sequence[str]) -> list[Camera]:
        """Return the cameras of these names, in the order of the names.

        Raises
        ------
        InputError
            A line for each name that no camera has.
        """
        by_name = {camera.name: camera for camera in self.cameras}
        listed = ", ".join(list(by_name)[:_MAX_NAMES]) + (
            ", ..." if len(by_name) > _MAX_NAMES else ""
        )
        expected = f"one of the cameras {listed}"
        problems = [
            problem(self.name, expected=expected, found=repr(name))
            for name in names
            if name not in by_name
        ]
        if problems:
            raise InputError(problems)
        return [by_name[name] for name in names]


def read_calibration(path: str | PathLike[str]) -> Calibration:
    """Read the calibration of cameras.

    Parameters
    ----------
    path
        JSON of the Panoptic Studio, .qca.txt (XML) of Qualisys, or TOML of Anipose or Pose2Sim.
        The first character of the content determines the format.

    Raises
    ------
    InputError
        A line for each problem of the file: it cannot be read, is none of these, or holds a
        camera that is damaged or of an unknown kind (a fisheye).
    """
    from signlift.io.calibration.panoptic_calibration import parse_panoptic_cameras
    from signlift.io.calibration.qualisys_calibration import parse_qualisys_cameras
    from signlift.io.calibration.toml_calibration import parse_toml_cameras

    path = Path(path)
    data = _read_bytes(path)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not start:
        raise InputError(problem(path, expected="a calibration", found="an empty file"))
    where = str(path)
    if start == b"{":
        return Calibration(where, parse_panoptic_cameras(data, where), "cm")
    if start == b"<":
        return Calibration(where, parse_qualisys_cameras(data, where), "mm")
    return Calibration(where, parse_toml_cameras(data, where))


def _read_bytes(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        found = error.strerror or "a file that cannot be read"
        raise InputError(problem(path, expected="a calibration", found=found)) from None
    if len(data) > MAX_BYTES:
        expected = f"a calibration of at most {MAX_BYTES >> 20} MB"
        found = f"{path.stat().st_size / (1 << 20):.1f} MB"
        raise InputError(problem(path, expected=expected, found=found))
    return data
