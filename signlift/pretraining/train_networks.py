"""Train the lifting networks on the stream; what was stopped goes on where it was."""

from __future__ import annotations

import csv
import json
import multiprocessing
import queue
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from signlift.errors import InputError, problem
from signlift.model.lifting_net import LiftingNet
from signlift.model.recurrent_state import RecurrentState
from signlift.pretraining.losses import Losses, losses
from signlift.pretraining.motion_sources import Clips
from signlift.pretraining.settings import PretrainingSettings
from signlift.pretraining.training_stream import TrainingBatch, TrainingStream
from signlift.utils.atomic import atomic_path, write_text
from signlift.utils.progress import progress_bar

SETTINGS, LOG, STATE = "settings.json", "log.csv", "state.safetensors"

#: A training that is stopped loses at most so many seconds.
_SAVE_EVERY = 120.0
_LOG_EVERY = 20
_AHEAD = 4


def train(
    out: Path,
    settings: PretrainingSettings,
    real: Sequence[Clips] = (),
    *,
    workers: int = 1,
    quiet: bool = False,
    until: float | None = None,
    begin: Path | None = None,
) -> LiftingNet:
    """Train, or go on with, the networks in a folder.

    Parameters
    ----------
    out
        Holds the settings, the log (`log.csv`) and the state of the training.
    settings
        How to train; those of an earlier training in the folder have to be the same.
    real
        Motion capture to mix in.
    workers
        Processes that make data; 0 makes them in this one.
    quiet
        Show no progress.
    until
        Stop (and save) after so many seconds; None goes to the end.
    begin
        The folder of another training, whose averaged weights this one begins with.

    Returns
    -------
    The networks, with averaged weights; at once, where the training is done already.

    Raises
    ------
    InputError
        The folder holds a training with other settings; says which.
    """
    out.mkdir(parents=True, exist_ok=True)
    wanted = json.loads(json.dumps(asdict(settings) | {"real": [clips.name for clips in real]}))
    path = out / SETTINGS
    if path.exists():
        _compare(path, json.loads(path.read_text()), wanted)
    write_text(path, json.dumps(wanted, indent=2) + "\n")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(settings.seed)
    net = settings.model.build().to(device)
    averaged = settings.model.build().to(device)
    if begin is not None:
        net.load_state_dict(_below(_read(begin / STATE)[0], "averaged."))
    averaged.load_state_dict(net.state_dict())
    optimizer = torch.optim.AdamW(
        net.parameters(),
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
        fused=device.type == "cpu",
    )
    first, before, state = _resume(out, net, averaged, optimizer, settings)
    if settings.done(first, before) >= 1:
        return averaged.eval()
    started = saved = time.monotonic()
    found: list[dict[str, float]] = []  # since the last row of the log
    with (
        _blocks(settings, real, first, workers) as blocks,
        progress_bar(settings.blocks, "training", quiet=quiet, unit="block", initial=first) as bar,
    ):
        for number, batches in blocks:
            spent = before + time.monotonic() - started
            for group in optimizer.param_groups:
                group["lr"] = settings.rate(number, settings.done(number, spent))
            for batch in batches:
                parts, state = _step(net, optimizer, batch, state, settings.clip, device)
                if parts is not None:
                    _average(averaged, net, settings, number)
                    found.append(parts.numbers())
            bar.update(1)
            if (number + 1) % _LOG_EVERY == 0:
                _log(out / LOG, number + 1, spent, found)
                found = []
            now = time.monotonic()
            spent = before + now - started
            last = settings.done(number + 1, spent) == 1
            last |= until is not None and now - started > until
            if last or now - saved > _SAVE_EVERY:
                _save(out, net, averaged, optimizer, number + 1, spent, state)
                saved = now
            if last:
                break
    return averaged.eval()


def _step(
    net: LiftingNet,
    optimizer: torch.optim.Optimizer,
    batch: TrainingBatch,
    state: RecurrentState,
    clip: float,
    device: torch.device,
) -> tuple[Losses | None, RecurrentState]:
    """One window of every lane.

    A single wild batch must not end hours of training: where the loss or its gradient is not
    finite, nothing is learned, None is told, and all lanes begin anew.
    """
    values: dict[str, Tensor] = {
        name: torch.from_numpy(value).to(device) for name, value in vars(batch).items()
    }
    state = state.keep(values["going_on"] > 0)
    # Half precision where matrices are multiplied: much faster where the processor has it.
    with torch.autocast(device.type, torch.bfloat16):
        lifted = net(
            values["keypoints"],
            values["confidence"],
            values["fps"],
            state,
            values["source"],
            values["given"],
            values["known"],
            values["told_at"],
        )
    visible = (~torch.isnan(values["keypoints"])).any(-1).any(-1).float()
    found = losses(
        lifted,
        values["clean"].transpose(0, 1),
        values["depth"].transpose(0, 1),
        values["proportions"].transpose(0, 1),
        visible.transpose(0, 1),
    )
    total = found.total()
    if torch.isfinite(total):
        optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(net.parameters(), clip)):
            optimizer.step()
            return found, lifted.state.detach()
    return None, net.initial_state(len(batch.fps))


@torch.no_grad()
def _average(
    averaged: LiftingNet, net: LiftingNet, settings: PretrainingSettings, block: int
) -> None:
    """Move the averaged weights towards the present ones; early on they follow fast."""
    keep = min(settings.average, (1 + block) / (10 + block))
    for mean, weight in zip(averaged.parameters(), net.parameters(), strict=True):
        mean.lerp_(weight, 1 - keep)


def _compare(path: Path, before: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Raise an InputError that names the settings that are not those of before."""
    one, other = _flat(before), _flat(wanted)
    problems = [
        problem(path, expected=f"{name} {one.get(name, 'unset')}", found=other.get(name, "unset"))
        for name in {**one, **other}
        if one.get(name) != other.get(name)
    ]
    if problems:
        raise InputError(problems)


def _flat(values: dict[str, Any]) -> dict[str, str]:
    """Settings within settings by names such as `model.width`, as text."""
    out: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            out |= {f"{name}.{inner}": text for inner, text in _flat(value).items()}
        else:
            out[name] = json.dumps(value)
    return out


def _log(path: Path, block: int, seconds: float, found: list[dict[str, float]]) -> None:
    """Add a row: the means of what was found since the last one; none where that is nothing."""
    if not found:
        return
    values = {name: sum(each[name] for each in found) / len(found) for name in found[0]}
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(["block", "seconds", *values])
        writer.writerow([block, round(seconds, 1), *(f"{value:.5f}" for value in values.values())])


def _save(
    out: Path,
    net: LiftingNet,
    averaged: LiftingNet,
    optimizer: torch.optim.Optimizer,
    block: int,
    seconds: float,
    state: RecurrentState,
) -> None:
    from safetensors.torch import save

    tensors = {f"net.{name}": value for name, value in net.state_dict().items()}
    tensors |= {f"averaged.{name}": value for name, value in averaged.state_dict().items()}
    for number, values in optimizer.state_dict()["state"].items():
        for name, value in values.items():
            tensors[f"optimizer.{number}.{name}"] = torch.as_tensor(value)
    tensors |= {f"state.{name}": values for name, values in state._asdict().items()}
    tensors = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    with atomic_path(out / STATE) as temporary:
        temporary.write_bytes(save(tensors, {"block": str(block), "seconds": str(seconds)}))


def _resume(
    out: Path,
    net: LiftingNet,
    averaged: LiftingNet,
    optimizer: torch.optim.Optimizer,
    settings: PretrainingSettings,
) -> tuple[int, float, RecurrentState]:
    """The block to go on with, the seconds that were spent before it, and the lanes' state."""
    state = net.initial_state(settings.data.lanes)
    path = out / STATE
    if not path.exists():
        return 0, 0.0, state
    tensors, metadata = _read(path)
    block, seconds = int(metadata["block"]), float(metadata["seconds"])
    net.load_state_dict(_below(tensors, "net."))
    averaged.load_state_dict(_below(tensors, "averaged."))
    values: dict[int, dict[str, Tensor]] = {}
    for name, value in _below(tensors, "optimizer.").items():
        number, _, key = name.partition(".")
        values.setdefault(int(number), {})[key] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": values, "param_groups": groups})
    device = state.hidden.device
    state = RecurrentState(
        *(tensors[f"state.{name}"].to(device) for name in RecurrentState._fields)
    )
    return block, seconds, state


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """What `_save` wrote.

    Raises
    ------
    InputError
        There is no such file.
    """
    from safetensors import safe_open

    if not path.is_file():
        raise InputError(problem(path, expected="the state of a training", found="no file"))
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)}


@contextmanager
def _blocks(
    settings: PretrainingSettings, real: Sequence[Clips], first: int, workers: int
) -> Iterator[Iterator[tuple[int, list[TrainingBatch]]]]:
    """Number and batches of every block from the first on, made by other processes."""
    numbers = range(first, settings.blocks)
    if workers == 0:
        stream = TrainingStream(settings.seed, settings.data, real)
        yield ((number, stream.block(number)) for number in numbers)
        return
    context = multiprocessing.get_context("spawn")
    queues: list[Any] = [context.Queue(_AHEAD) for _ in range(workers)]
    processes = [
        context.Process(
            target=_make,
            args=(settings, real, range(first + i, settings.blocks, workers), queues[i]),
            daemon=True,
        )
        for i in range(workers)
    ]
    for process in processes:
        process.start()

    def take() -> Iterator[tuple[int, list[TrainingBatch]]]:
        for number in numbers:
            worker = (number - first) % workers
            while True:
                try:
                    yield number, queues[worker].get(timeout=5)
                    break
                except queue.Empty:
                    if not processes[worker].is_alive():
                        raise RuntimeError("a process that makes training data ended") from None

    try:
        yield take()
    finally:
        for process in processes:
            process.terminate()


def _make(settings: PretrainingSettings, real: Sequence[Clips], numbers: range, out: Any) -> None:
    """Make blocks, in a process of its own."""
    stream = TrainingStream(settings.seed, settings.data, real)
    for number in numbers:
        out.put(stream.block(number))
