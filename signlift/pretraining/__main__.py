"""Pretraining of the shipped weights, and of held-out models for benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from signlift.errors import InputError, problem
from signlift.pretraining.recipes import MOTION_FILES, NETWORKS, ModelName, NetworkName

_THREADS = "OMP_NUM_THREADS"

#: Recordings, and hands, side by side on a GPU.
GPU_LANES: dict[NetworkName, int] = {"body": 128, "hands": 128}

#: Fraction of the cores that make batches for a GPU which both networks share.
_GPU_WORKERS: dict[NetworkName, float] = {"body": 0.57, "hands": 0.32}


app = App(
    "python -m signlift.pretraining",
    default_parameter=Parameter(negative=()),
    help_format="plaintext",
    help_formatter="plain",
    exit_on_error=False,
    print_error=False,
    result_action="return_value",
)


@app.default
def run(
    *,
    out: Annotated[Path, Parameter(alias="-o")] = Path("weights"),
    data: Path | None = None,
    network: NetworkName | None = None,
    models: Annotated[tuple[ModelName, ...], Parameter(consume_multiple=True)] = ("shipped",),
    init: Path | None = None,
    blocks: int | None = None,
    minutes: float | None = None,
    seed: int | None = None,
    lanes: int | None = None,
    workers: int | None = None,
    quiet: bool = False,
) -> int:
    """Train the networks of the shipped weights, and of held-out models for benchmarks.

    A held-out model does not see the signers that benchmarks measure it on. A training that was
    stopped continues.

    Example: python -m signlift.pretraining -o weights --data DATA

    Parameters
    ----------
    out
        Directory of all models: OUT/MODEL holds the files of a model, OUT/NETWORK the training.
    data
        Directory with cmu/, asl/ and signs/, motion capture to mix in, at least one of them.
        Without it, training uses procedural motion alone.
    network
        Train this network, of the body or of the hands. By default both are trained at once, each
        on half of the cores.
    models
        The models to train side by side, on the same batches.
    init
        OUT of an earlier call, whose weights training starts from.
    blocks
        Blocks of the simulated stream.
    minutes
        Time limit; the learning rate then follows the clock.
    seed
        Seed of all random numbers. Default: 0.
    lanes
        Recordings side by side. By default 32, or more on a GPU.
    workers
        Processes that make batches, for each network. By default 1; on a GPU most of the cores,
        about two thirds of them for the body.
    quiet
        Print no progress.
    """
    _check_data(data)
    if network is None:
        return _train_both(sys.argv[1:])
    import torch

    if _THREADS in os.environ:
        torch.set_num_threads(int(os.environ[_THREADS]))
    torch.set_float32_matmul_precision("high")
    on_gpu = torch.cuda.is_available()
    if lanes is None and on_gpu:
        lanes = GPU_LANES[network]
    if workers is None:
        share = _GPU_WORKERS[network] * (os.cpu_count() or 1)
        workers = max(1, int(share)) if on_gpu else 1
    recipe = NETWORKS[network](
        data,
        blocks=blocks,
        minutes=minutes,
        seed=seed,
        lanes=lanes,
        # On CPUs without matrix units bfloat16 takes longer than float32.
        precision="bf16-mixed" if on_gpu else None,
        quiet=quiet,
    )
    initial = None if init is None else init / network
    recipe.train(out / network, out, models, workers=workers, initial=initial)
    if not quiet:
        print(f"{network}: {out}/{'|'.join(models)}")  # noqa: T201
    return 0


def main() -> int:
    """Run the command line, and return its exit code."""
    try:
        code: int = app(sys.argv[1:])
        return code
    except (CycloptsError, InputError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2


def _check_data(data: Path | None) -> None:
    """Raise an InputError if a directory of motion capture has none."""
    if data is not None and not any((data / path).is_file() for path in MOTION_FILES):
        expected = f"one of {', '.join(MOTION_FILES)}"
        raise InputError(problem(data, expected=expected, found="none"))


def _train_both(arguments: Sequence[str]) -> int:
    """Train both networks, each in a process of its own; return the exit code."""
    cores = os.cpu_count() or 1
    environment = os.environ | {_THREADS: str(max(1, cores // len(NETWORKS)))}
    processes = []
    for name in NETWORKS:
        # Only the first one shows its progress, as two bars cannot share a line.
        silent = [] if name == "body" or "--quiet" in arguments else ["--quiet"]
        command = [sys.executable, "-m", __package__, *arguments, "--network", name, *silent]
        processes.append(subprocess.Popen(command, env=environment))
    try:
        codes = [process.wait() for process in processes]
    except KeyboardInterrupt:
        for process in processes:
            process.wait()
        raise
    # The code of a process that was killed is minus the signal; shells add 128 to it.
    return max(code if code >= 0 else 128 - code for code in codes)


if __name__ == "__main__":
    sys.exit(main())
