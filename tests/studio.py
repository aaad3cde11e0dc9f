"""Cameras around a person, and the files that tell of both, as the tests need them."""

import json
import zipfile

import numpy as np

from signlift.core.skeleton import PANOPTIC26, PANOPTIC67
from signlift.core.skeleton_arrays import convert
from signlift.geometry.camera import Camera
from signlift.geometry.distortion import Lens
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer

#: A lens as real ones are.
LENS = Lens((-0.2, 0.15, 0.001, -0.002, -0.03))


def camera_at(position, target=(0.0, 0.0, 0.0), name="cam", lens=LENS, kind="hd"):
    """A camera that looks at a target in a world with y down."""
    away = np.array(target, float) - position
    away /= np.linalg.norm(away)
    right = np.cross([0.0, 1.0, 0.0], away)
    right /= np.linalg.norm(right)
    rotation = np.stack([right, np.cross(away, right), away])
    matrix = np.array([[1400.0, 0, 960], [0, 1390.0, 540], [0, 0, 1]])
    position = np.array(position, float)
    return Camera(matrix, rotation, -rotation @ position, lens, (1920, 1080), name, kind)


def ring(count=4, lens=LENS, distance=300.0, height=-80.0):
    """Cameras all around, in cm."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False) + 0.3
    return [
        camera_at(
            [distance * np.sin(a), height, -distance * np.cos(a)], name=f"00_{n:02d}", lens=lens
        )
        for n, a in enumerate(angles)
    ]


def moving_person(frames=6, seed=0):
    """[T, 26, 3] in cm around the origin, y down."""
    return _place(frames, seed, PANOPTIC26, fingers=False)


def moving_signer(frames=6, seed=0):
    """[T, 67, 3] in cm around the origin, y down, with fingers."""
    return _place(frames, seed, PANOPTIC67, fingers=True)


def _place(frames, seed, skeleton, *, fingers):
    metres = Signer().sample_motion(np.random.default_rng(seed), frames, 30.0, fingers=fingers)
    points = convert(metres, SIGNER, skeleton)
    if skeleton.has("Keypoint26"):
        points[:, skeleton.index("Keypoint26")] = np.nan
    points = points - np.nanmean(points, axis=(0, 1))
    return points * [100, -100, -100]


def panoptic_calibration(cameras):
    """The text of Panoptic's JSON."""
    return json.dumps(
        {
            "calibDataSource": "test",
            "cameras": [
                {
                    "name": camera.name,
                    "type": camera.kind,
                    "resolution": list(camera.size),
                    "panel": 0,
                    "node": number,
                    "K": camera.matrix.tolist(),
                    "distCoef": list(camera.lens.coefficients),
                    "R": camera.rotation.tolist(),
                    "t": camera.translation[:, None].tolist(),
                }
                for number, camera in enumerate(cameras)
            ],
        }
    )


def qualisys_calibration(cameras):
    """The text of a .qca.txt file; the world of the cameras is in mm."""
    lines = ["<?xml version='1.0' encoding='ASCII'?>", '<calibration type="regular"><cameras>']
    for camera in cameras:
        turn = np.diag([1.0, -1.0, -1.0]) @ camera.rotation
        rows = [f'r{i + 1}{j + 1}="{turn[i, j]!r}"' for i in range(3) for j in range(3)]
        x, y, z = map(float, camera.position)
        k1, k2, p1, p2, k3 = camera.lens.coefficients
        matrix = (64 * camera.matrix).tolist()
        lines += [
            f'<camera active="1" model="none" serial="{camera.name}">',
            f'<fov_video left="0" top="0" right="{camera.size[0] - 1}" '
            f'bottom="{camera.size[1] - 1}"/>',
            f"<transform {' '.join(rows).replace('np.float64(', '').replace(')', '')} "
            f'x="{x!r}" y="{y!r}" z="{z!r}"/>',
            f'<intrinsic focalLengthU="{matrix[0][0]}" focalLengthV="{matrix[1][1]}" '
            f'centerPointU="{matrix[0][2]}" centerPointV="{matrix[1][2]}" skew="0" '
            f'radialDistortion1="{k1}" radialDistortion2="{k2}" radialDistortion3="{k3}" '
            f'tangentalDistortion1="{p1}" tangentalDistortion2="{p2}"/>',
            "</camera>",
        ]
    return "\n".join([*lines, "</cameras></calibration>"])


def rotation_vector(rotation):
    """The vector of Rodrigues, for turns that are not a half one."""
    angle = np.arccos((np.trace(rotation) - 1) / 2)
    axis = np.array(
        [
            rotation[2, 1] - rotation[1, 2],
            rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1],
        ]
    )
    return axis / (2 * np.sin(angle)) * angle


def toml_calibration(cameras, extra="fisheye = false"):
    """The text of a TOML file as Anipose and Pose2Sim write it."""
    parts = []
    for number, camera in enumerate(cameras):
        parts.append(
            f"[cam_{number + 1}]\n"
            f'name = "{camera.name}"\n'
            f"size = [ {camera.size[0]}.0, {camera.size[1]}.0,]\n"
            f"matrix = {camera.matrix.tolist()}\n"
            f"distortions = {list(camera.lens.coefficients)}\n"
            f"rotation = {rotation_vector(camera.rotation).tolist()}\n"
            f"translation = {camera.translation.tolist()}\n"
            f"{extra}\n"
        )
    return "\n".join([*parts, "[metadata]\nadjusted = false\nerror = 0.0\n"])


def body_scene(bodies, key="joints26", time=0.0):
    """The bytes of a body3DScene file; `bodies` holds [J, 4] by id."""
    people = [
        {"id": number, key: np.where(np.isnan(joints), -1.0, joints).ravel().tolist()}
        for number, joints in bodies.items()
    ]
    return json.dumps({"version": 0.7, "univTime": time, "bodies": people}).encode()


def hand_scene(hands):
    """The bytes of a handRecon3D file; `hands` holds {"left_hand": [21, 4], ...} by id."""
    people = []
    for number, sides in hands.items():
        person = {"id": number}
        for side, joints in sides.items():
            person[side] = {
                "landmarks": joints[:, :3].ravel().tolist(),
                "averageScore": joints[:, 3].tolist(),
            }
        people.append(person)
    return json.dumps({"version": 0.1, "people": people}).encode()


def scored(points, score=0.5):
    """[J, 4] of [J, 3], -1 for joints that are missing."""
    gone = np.isnan(points).any(-1)
    score = np.where(gone, -1.0, score)
    return np.concatenate([np.where(gone[:, None], 0, points), score[:, None]], 1)


def take_files(points, first=100, part="hdPose3d_stage1_op25"):
    """The files of a take of one person, by name."""
    return {
        f"{part}/body3DScene_{first + t:08d}.json": body_scene(
            {0: scored(frame)}, time=1000.0 + t * 1000 / 29.97
        )
        for t, frame in enumerate(points)
    }


def save_directory(files, directory):
    """Write files by name below a directory."""
    for name, data in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return directory


def save_zip(files, path):
    """Write files by name into an archive."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path
