"""Seeds of .npy and .npz files, and of directories of arrays."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.seeds.people import draw_keypoints, simulate_signer
from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, MEDIAPIPE33, PANOPTIC26, PANOPTIC67
from signlift.datasets.canonical_dataset import prepare
from signlift.io import write
from signlift.io.arrays.original_arrays import write_arrays


def npy_bytes(array: NDArray[Any]) -> bytes:
    """Return the content of a .npy file."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def npz_bytes(compressed: bool = False, **arrays: Any) -> bytes:
    """Return the content of a .npz file."""
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **arrays)
    return without_time(file.getvalue())


def without_time(data: bytes) -> bytes:
    """Pack an archive again, without the time at which it was made."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for info in old.infolist():
            fixed = zipfile.ZipInfo(info.filename)
            fixed.compress_type = info.compress_type
            new.writestr(fixed, old.read(info))
    return file.getvalue()


def written(recording: Recording, name: str, format: str | None = None) -> FuzzInput:
    """Make an input of what signlift writes for a recording."""
    with tempfile.TemporaryDirectory() as parent:
        write(recording, Path(parent) / name, format)
        return read_back(Path(parent), name)


def read_back(parent: Path, entry: str) -> FuzzInput:
    """Make an input of all files below a directory."""
    files = {
        str(path.relative_to(parent)): path.read_bytes()
        for path in sorted(parent.rglob("*"))
        if path.is_file()
    }
    return FuzzInput(entry, files)


def npy_seeds() -> list[FuzzInput]:
    """Make arrays of keypoints in all shapes."""
    coco, panoptic = draw_keypoints(COCO17), draw_keypoints(PANOPTIC26)
    arrays: list[NDArray[Any]] = [
        coco[..., :2],
        coco.astype(np.float32),
        np.stack([coco, coco + np.array([200, 0, 0])], 1),
        panoptic[..., :2].reshape(len(panoptic), -1).astype(np.float32),
        np.stack([panoptic[..., :2].reshape(len(panoptic), -1)] * 2),
        np.asfortranarray(coco),
        draw_keypoints(MEDIAPIPE33, fractions=True).astype(np.float16),
        draw_keypoints(PANOPTIC67)[..., :2].astype(np.int32),
    ]
    return [FuzzInput.of("a.npy", npy_bytes(array)) for array in arrays]


def npy_frames_seeds() -> list[FuzzInput]:
    """Make directories of .npy files with a frame each."""
    values = draw_keypoints(COCO17)
    files = {f"{t:05d}.npy": npy_bytes(frame) for t, frame in enumerate(values)}
    flat = {f"a_{t}.npy": npy_bytes(frame[:, :2].ravel()) for t, frame in enumerate(values)}
    return [FuzzInput.directory("frames", files), FuzzInput.directory("flat", flat)]


def npz_recording_seeds() -> list[FuzzInput]:
    """Make recordings as signlift writes them."""
    (content,) = written(simulate_signer(), "a.npz").files.values()
    assert isinstance(content, bytes)
    return [FuzzInput.of("a.npz", without_time(content))]


def npz_array_seeds() -> list[FuzzInput]:
    """Make named arrays of keypoints."""
    coco = draw_keypoints(COCO17)
    people = np.stack([coco, coco + np.array([200, 0, 0])], 1)
    contents = [
        npz_bytes(keypoints=coco[..., :2], scores=coco[..., 2]),
        npz_bytes(compressed=True, keypoints=people[..., :2], scores=people[..., 2]),
        npz_bytes(keypoints=coco, fps=25.0, image_size=np.array([640, 480])),
        npz_bytes(a=coco),
    ]
    return [FuzzInput.of("a.npz", content) for content in contents]


def arrays_seeds() -> list[FuzzInput]:
    """Make directories of body_data.npy and body_ground.npy."""
    seeds = []
    for count in (1, 2):
        with tempfile.TemporaryDirectory() as parent:
            recordings = [simulate_signer(seed) for seed in range(count)]
            write_arrays(Path(parent) / "data", recordings, quiet=True)
            seeds.append(read_back(Path(parent), "data"))
    return seeds


def normalized_seeds() -> list[FuzzInput]:
    """Make what `signlift prepare` writes."""
    with tempfile.TemporaryDirectory() as parent:
        data = write_arrays(Path(parent) / "data", [simulate_signer(n) for n in (0, 1)], quiet=True)
        out = Path(parent) / "out"
        out.mkdir()
        prepare(data / "body_data.npy", data / "body_ground.npy", out / "a.npy", "panoptic26")
        return [read_back(out, "a.npy")]
