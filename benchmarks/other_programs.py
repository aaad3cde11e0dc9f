"""Check of signlift's files in Blender and OpenSim.

    python -m benchmarks.other_programs FILE.bvh FILE.glb FILE.trc ...

Blender imports a .bvh or a .glb: every joint in every frame has to be where signlift's forward
kinematics places it, and the mannequin of a .glb around its joints. OpenSim reads a .trc with both
of its readers: names, numbers, missing values and the rate have to be those of the file. Requires
`pip install bpy` (for a Python version that it supports) and `pip install opensim`; they may need
separate environments.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from benchmarks.animated_gltf import read_gltf
from benchmarks.command import make_parser, run_benchmark
from signlift.errors import InputError, problem
from signlift.io.mocap.bvh import read_bvh


def check_in_blender(path: Path) -> str:
    """Import a BVH file into Blender and compare all joints in all frames."""
    bpy: Any = importlib.import_module("bpy")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_anim.bvh(
        filepath=str(path), update_scene_fps=True, axis_forward="-Z", axis_up="Y"
    )
    motion = read_bvh(path)
    positions = motion.forward_kinematics().positions
    joints = [number for number, joint in enumerate(motion.joints) if not joint.end]
    names = [motion.joints[number].name for number in joints]
    return _compare_bones(bpy, path, names, positions[:, joints], motion.fps, "cm")


def check_glb_in_blender(path: Path) -> str:
    """Import a .glb into Blender, compare all joints in all frames, and look for the mannequin."""
    bpy: Any = importlib.import_module("bpy")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    file = read_gltf(path)
    times = file.times()
    fps = (len(times) - 1) / float(times[-1]) if len(times) > 1 else 1.0
    scene = bpy.context.scene
    # Times become frames of the scene.
    scene.render.fps, scene.render.fps_base = round(fps), round(fps) / fps
    bpy.ops.import_scene.gltf(filepath=str(path))
    positions, _ = file.transforms()
    joints = file.document["skins"][0]["joints"]
    names = [file.names[number] for number in joints]
    bpy.context.view_layer.objects.active = next(
        each for each in scene.objects if each.type == "ARMATURE"
    )
    line = _compare_bones(bpy, path, names, positions[:, joints], fps, "m", first=0)
    (mannequin,) = (each for each in scene.objects if each.name.startswith("Mannequin"))
    graph = bpy.context.evaluated_depsgraph_get()
    bent = mannequin.evaluated_get(graph).to_mesh()
    vertices = np.array([mannequin.matrix_world @ vertex.co for vertex in bent.vertices])
    last = _to_y_up(vertices)[:, None] - positions[-1, joints]
    away = np.concatenate(
        [np.linalg.norm(part, axis=-1).min(-1) for part in np.array_split(last, 9)]
    )
    return f"{line}; the mannequin has {len(vertices)} vertices within {away.max():.2f} m of joints"


def _compare_bones(
    bpy: Any,
    path: Path,
    names: list[str],
    positions: Float[np.ndarray, "T K 3"],
    fps: float,
    unit: str,
    first: int = 1,
) -> str:
    """Compare the heads of an armature's bones with positions, from the first frame on."""
    scene, armature = bpy.context.scene, bpy.context.object
    if sorted(names) != sorted(bone.name for bone in armature.data.bones):
        return f"{path}: Blender {bpy.app.version_string} finds other joints"
    distances = []
    for frame in range(len(positions)):
        scene.frame_set(frame + first)
        heads = np.array([armature.matrix_world @ armature.pose.bones[name].head for name in names])
        distances.append(np.linalg.norm(_to_y_up(heads) - positions[frame], axis=-1))
    rate = scene.render.fps / scene.render.fps_base
    return (
        f"{path}: Blender {bpy.app.version_string} finds all {len(names)} joints within "
        f"{np.max(distances):.1g} {unit} in {len(positions)} frames, at {rate:.3f} fps of {fps:.3f}"
    )


def _to_y_up(points: Float[np.ndarray, "N 3"]) -> Float[np.ndarray, "N 3"]:
    """Turn points of Blender, where z points up and y away."""
    return np.stack([points[:, 0], points[:, 2], -points[:, 1]], -1)


def check_in_opensim(path: Path) -> str:
    """Read a TRC file with OpenSim's two readers and compare all numbers."""
    program: Any = importlib.import_module("opensim")
    lines = path.read_text(encoding="utf-8").splitlines()
    names = lines[3].split("\t")[2::3]
    rows = np.array([[float(cell) for cell in line.split("\t")] for line in lines[6:]])
    markers = program.MarkerData(str(path))
    table = program.TimeSeriesTableVec3(str(path))
    values = np.array(
        [
            [
                [point[axis] for axis in range(3)]
                for point in map(row.__getitem__, range(len(names)))
            ]
            for row in map(table.getRowAtIndex, range(table.getNumRows()))
        ]
    )
    np.testing.assert_array_equal(values.reshape(len(rows), -1), rows[:, 2:])
    counts = (markers.getNumFrames(), markers.getNumMarkers())
    if list(table.getColumnLabels()) != names or counts != (len(rows), len(names)):
        return f"{path}: OpenSim {program.GetVersion()} finds other markers or frames"
    unit = markers.getUnits().getLabel()
    return (
        f"{path}: OpenSim {program.GetVersion()} finds the same {len(names)} markers in "
        f"{len(rows)} frames, at {markers.getDataRate():.3f} fps, in {unit}"
    )


CHECKS = {
    ".bvh": check_in_blender,
    ".glb": check_glb_in_blender,
    ".trc": check_in_opensim,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Check all files and return the exit code."""
    parser = make_parser("other_programs", __doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    for path in options.files:
        if path.suffix not in CHECKS:
            found = repr(path.suffix)
            raise InputError(problem(path, expected="a .bvh, .glb or .trc file", found=found))
        if not path.is_file():
            raise InputError(problem(path, expected="a file", found="no such file"))
        try:
            print(CHECKS[path.suffix](path))
        except ModuleNotFoundError as error:
            line = f"{error.name} is not installed; run pip install {error.name}"
            raise InputError(line) from None


if __name__ == "__main__":
    sys.exit(main())
