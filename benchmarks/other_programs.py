"""What Blender and OpenSim make of signlift's files: the same as signlift.

    python -m benchmarks.other_programs FILE.bvh FILE.trc ...

Blender imports a .bvh: every joint of every frame has to be where signlift's forward kinematics
puts it. OpenSim reads a .trc with both of its readers: names, numbers, what is missing and the
rate have to be those in the file. Needs `pip install bpy` (a Python that it is made for) for the
first and `pip install opensim` for the second; they may need an environment each.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from signlift.errors import InputError, problem
from signlift.io.mocap.bvh import read_bvh


def blender(path: Path) -> str:
    """Import a BVH file into Blender and compare all joints of all frames."""
    bpy: Any = importlib.import_module("bpy")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_anim.bvh(
        filepath=str(path), update_scene_fps=True, axis_forward="-Z", axis_up="Y"
    )
    scene, armature = bpy.context.scene, bpy.context.object
    motion = read_bvh(path)
    places = motion.forward_kinematics().positions
    joints = [number for number, joint in enumerate(motion.joints) if not joint.end]
    names = [motion.joints[number].name for number in joints]
    same = sorted(names) == sorted(bone.name for bone in armature.data.bones)
    if not same:
        return f"{path}: Blender {bpy.app.version_string} finds other joints"
    apart = []
    for frame in range(len(motion)):
        scene.frame_set(frame + 1)
        heads = np.array([armature.matrix_world @ armature.pose.bones[name].head for name in names])
        # Blender's z is up, and its y away.
        turned = np.stack([heads[:, 0], heads[:, 2], -heads[:, 1]], -1)
        apart.append(np.linalg.norm(turned - places[frame, joints], axis=-1))
    rate = scene.render.fps / scene.render.fps_base
    return (
        f"{path}: Blender {bpy.app.version_string} finds all {len(joints)} joints within "
        f"{np.max(apart):.1g} cm in {len(motion)} frames, at {rate:.3f} fps of {motion.fps:.3f}"
    )


def opensim(path: Path) -> str:
    """Read a TRC file with OpenSim's two readers and compare all numbers."""
    program: Any = importlib.import_module("opensim")
    lines = path.read_text(encoding="utf-8").splitlines()
    names = lines[3].split("\t")[2::3]
    rows = np.array([[float(cell) for cell in line.split("\t")] for line in lines[6:]])
    markers = program.MarkerData(str(path))
    table = program.TimeSeriesTableVec3(str(path))
    found = np.array(
        [
            [
                [point[axis] for axis in range(3)]
                for point in map(row.__getitem__, range(len(names)))
            ]
            for row in map(table.getRowAtIndex, range(table.getNumRows()))
        ]
    )
    np.testing.assert_array_equal(found.reshape(len(rows), -1), rows[:, 2:])
    counted = (markers.getNumFrames(), markers.getNumMarkers())
    if list(table.getColumnLabels()) != names or counted != (len(rows), len(names)):
        return f"{path}: OpenSim {program.GetVersion()} finds other markers or frames"
    unit = markers.getUnits().getLabel()
    return (
        f"{path}: OpenSim {program.GetVersion()} finds the same {len(names)} markers in "
        f"{len(rows)} frames, at {markers.getDataRate():.3f} fps, in {unit}"
    )


def main(paths: Sequence[str]) -> int:
    """Check each file, and give the exit code."""
    checks = {".bvh": blender, ".trc": opensim}
    try:
        for path in map(Path, paths):
            if path.suffix not in checks or not path.is_file():
                raise InputError(problem(path, expected="a .bvh or .trc file", found="none"))
            print(checks[path.suffix](path))
    except ModuleNotFoundError as error:
        print(f"expected the package {error.name} (pip install {error.name})", file=sys.stderr)
        return 2
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
