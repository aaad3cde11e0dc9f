"""Seeds of what a job over a corpus reads: lists, archives of recordings, and its manifest."""

from __future__ import annotations

import io
import tarfile
import tempfile
from functools import cache
from pathlib import Path

from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.seeds import pose
from benchmarks.fuzz.seeds.arrays import read_back
from signlift.pipeline.corpus.manifest import Input, Manifest
from signlift.pipeline.corpus.tasks import Outcome

_NAMES = ("a/one.pose", "a/two.pose", "b.pose")


def list_seeds() -> list[FuzzInput]:
    """Make lists of paths in each form."""
    lines = "\n".join(_NAMES) + "\n"
    rows = "path,signer\n" + "".join(f'"{name}",anna\n' for name in _NAMES)
    seeds = [
        FuzzInput.of("list.txt", lines),
        FuzzInput.of("list.csv", rows),
        FuzzInput.of("list.tsv", rows.replace(",", "\t")),
    ]
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError:
        return seeds
    buffer = io.BytesIO()
    pq.write_table(pa.table({"path": list(_NAMES), "number": [1, 2, 3]}), buffer)
    return [*seeds, FuzzInput.of("list.parquet", buffer.getvalue())]


@cache
def shard_seeds() -> list[FuzzInput]:
    """Make tar archives as WebDataset writes them, and zip archives."""
    recordings = [
        next(iter(seed.files.values())) for seed in pose.pose_seeds()[:2] if len(seed.files) == 1
    ]
    members = {f"{number:04}.pose": each for number, each in enumerate(recordings)}
    members |= {f"{number:04}.json": b'{"text": "a"}' for number in range(len(recordings))}
    packed = {name: each for name, each in members.items() if isinstance(each, bytes)}
    return [
        FuzzInput.of("shard-000000.tar", _tar(packed, tarfile.USTAR_FORMAT)),
        FuzzInput.of("shard-000001.tar", _tar(packed, tarfile.PAX_FORMAT)),
        FuzzInput.of("shard-000002.tar", _tar(packed, tarfile.GNU_FORMAT)),
        *pose.zip_seeds()[:2],
    ]


def _tar(members: dict[str, bytes], format: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        for name, content in sorted(members.items()):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@cache
def manifest_seeds() -> list[FuzzInput]:
    """Make the manifest of a job that was stopped."""
    with tempfile.TemporaryDirectory() as parent:
        path = Path(parent) / "out" / "_manifest.sqlite"
        path.parent.mkdir()
        with Manifest(path) as manifest:
            manifest.set_options("0123456789ab", '{"format": "npz"}')
            inputs = [Input(name, "", name.removesuffix(".pose"), 10, 5) for name in _NAMES]
            list(manifest.add(inputs))
            failed = Outcome(1, "failed", "a/one.pose: expected a result, found none")
            manifest.store([failed], "0123456789ab")
        return [read_back(Path(parent), "out")]
