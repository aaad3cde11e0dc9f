"""`signlift project`."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from signlift.cli.options import optional
from signlift.errors import InputError, InputWarning, problem


@dataclass(frozen=True)
class Project:
    """Film motion capture with random cameras: recordings with known depth to train and test on.

    Takes of the Panoptic Studio are seen by its real cameras; without a calibration they are
    written as they are, in cm of the world.

    Example: signlift project walk.bvh clips.npz -o data --cameras 4
    """

    inputs: Annotated[tyro.conf.Positional[tuple[Path, ...]], optional("INPUT...")]
    """BVH files, arrays of joints [T, J, 3] in .npy or .npz files, or folders of them; or Panoptic
    takes (folders or zip files with body3DScene files)."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"])]
    """A folder for body_data.npy and body_ground.npy, cameras.json, and groups.txt (for
    train --groups, which then keeps the views of a clip together)."""
    cameras: int = 1
    """How many cameras film each clip."""
    max_turn: float = 60.0
    """Most degrees that a camera stands to either side of the person's front."""
    max_tilt: float = 15.0
    """Most degrees that it looks up or down."""
    distance: tuple[float, float] = (1.0, 10.0)
    """Least and most metres from the camera to the person."""
    upper_body: float = 0.0
    """The chance that a picture is made for the upper body, not for the whole person."""
    crop: bool = False
    """Keypoints outside the picture are missing."""
    fps: float = 30.0
    """Frames per second of what is written; clips of another rate are brought to it."""
    input_fps: Annotated[float | None, optional("FLOAT")] = None
    """Frames per second of arrays that do not say; without it they are taken as they are."""
    rig: Annotated[str | None, optional("NAME|FILE.json")] = None
    """Whose joints they are: humanik (mixamo, cmu, shogun), bandai, metahuman, biped, classic
    (biovision, smpl), keypoints, or a JSON file of joints by keypoint. Found by the joints' names
    when it is not given."""
    unit: Annotated[str | None, optional("UNIT")] = None
    """m, cm, mm, in, ft, cmu or a number of cm; found by the people's size when not given."""
    up: Annotated[Literal["x", "y", "z", "-x", "-y", "-z"] | None, optional("AXIS")] = None
    """The axis that points up: x, y, z, -x, -y or -z; found by how the people stand when it is
    not given."""
    calibration: Annotated[Path | None, optional("FILE")] = None
    """The cameras of Panoptic takes (Panoptic's JSON). The options of random cameras do not count
    then."""
    views: Annotated[str | None, optional("NAME,...|N")] = None
    """The cameras that see a Panoptic take (00_00,00_01), or how many of the HD cameras, spread
    evenly around the studio. 4 when it is not given."""
    person: Annotated[int | None, optional("N")] = None
    """Which of several people in a Panoptic take, from 0; the main one when it is not given."""
    skeleton: Annotated[str | None, optional("NAME")] = None
    """What a Panoptic take is written on: panoptic67 if it has hands, else panoptic26, when it is
    not given."""
    seed: int = 0
    """The one source of all chance."""
    quiet: bool = False
    """Show no progress and no summary."""

    def run(self) -> int:
        """Do it, and give the exit code: 1 when some of several files failed."""
        from signlift.datasets.projected_panoptic import are_panoptic

        if are_panoptic(self.inputs):
            return self._panoptic()
        self._check_mocap()
        return self._mocap()

    def _check_mocap(self) -> None:
        """What is only for Panoptic takes is a mistake with others."""
        problems = [
            problem(f"--{name}", expected="Panoptic takes with it", found="others")
            for name in ("calibration", "views", "person", "skeleton")
            if getattr(self, name) is not None
        ]
        if problems:
            raise InputError(problems)

    def _panoptic(self) -> int:
        from signlift.datasets.projected_panoptic import project_panoptic

        views = self.views
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", InputWarning)
            done = project_panoptic(
                self.inputs,
                self.out,
                self.calibration,
                int(views) if views and views.isdecimal() and len(views) < 9 else _listed(views),
                crop=self.crop,
                person=self.person,
                skeleton=self.skeleton,
                fps=self.input_fps,
                quiet=self.quiet,
            )
        for line in [*(warning.message for warning in caught), *done.failed]:
            print(line, file=sys.stderr)
        if not self.quiet:
            unit = "cm of the world" if self.calibration is None else "px of each camera"
            count = f"{done.recordings} recordings, {done.frames} frames"
            print(f"{done.directory}: {count}, in {unit}")
        return 1 if done.failed or caught else 0

    def _mocap(self) -> int:
        from signlift.datasets.projected_mocap import ProjectionSettings, project_mocap

        settings = ProjectionSettings(
            cameras=self.cameras,
            max_turn=self.max_turn,
            max_tilt=self.max_tilt,
            distance=self.distance,
            upper_body=self.upper_body,
            crop=self.crop,
            fps=self.fps,
            seed=self.seed,
        )
        done = project_mocap(
            self.inputs,
            self.out,
            settings,
            rig=self.rig,
            unit=self.unit,
            up=self.up,
            input_fps=self.input_fps,
            quiet=self.quiet,
        )
        for line in done.failed:
            print(line, file=sys.stderr)
        if not self.quiet:
            kinds = {(clip.rig, clip.unit, clip.up, clip.mirrored) for clip in done.clips}
            for rig, unit, up, mirrored in sorted(kinds):
                mirror = ", left-handed axes (mirrored)" if mirrored else ""
                print(f"rig {rig}, a unit is {unit:g} cm, {up} is up{mirror}")
            print(f"{done.directory}: {done.recordings} recordings, {done.frames} frames")
        return 1 if done.failed else 0


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",")]
