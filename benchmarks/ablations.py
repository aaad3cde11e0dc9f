"""What each part of the lifting networks and of their training is worth.

    python -m benchmarks.ablations DATA [--blocks 600] [-o ablations] [--only NAME ...]

DATA is a folder with asl, cmu/train and cmu/test, as for `python -m benchmarks.accuracy`. Variants
of the networks are trained one after the other, from one seed on one stream and for the same
number of blocks, and tested on asl and cmu/test, whose clips none of them sees. Each recording is
lifted as a whole, once by itself and once with the signer's true lengths given. What is done is
kept in the output folder and not done again unless its settings, or the data, change; a training
that was interrupted goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from benchmarks.accuracy.methods import as_json, clips_digest, digest, file_name, short_digest
from benchmarks.accuracy.ours import Signlift, captured, trained_lifter, true_lengths
from benchmarks.accuracy.protocol import SETS, VERSION, TestSet, read_sets, run
from benchmarks.accuracy.table import Result, read_result
from signlift.errors import InputError, problem
from signlift.model.bone_lstm import BoneLSTM, LSTMState
from signlift.model.lifting_net import LiftingNet, LiftingNetConfig
from signlift.model.network_inputs import SKELETON
from signlift.pretraining.settings import PretrainingSettings
from signlift.utils.atomic import write_text

#: What is varied.
BASE = PretrainingSettings()

#: The frames of the short windows; as many more lanes make blocks as large.
SHORT = 50

#: How a test set is lifted: by what is seen alone, and with the true lengths.
CONDITIONS = ("offline", "lengths given")

#: The perspective of a camera far away: its log in torso lengths.
_FAR = -20.0

#: How far off the mean proportions may be, when nothing else is told of them: its log.
_UNSURE = -1.6


class LinearHead(BoneLSTM):
    """Depths from the network alone: those of the bones, added up from MidHip outwards.

    Neither lengths nor what is seen of them make a depth; they are still told to the network.
    """

    def _depth(
        self,
        points: Float[Tensor, "T B J 2"],  # noqa: ARG002
        mean: Float[Tensor, "T B P"],  # noqa: ARG002
        direction: Float[Tensor, "T B D"],  # noqa: ARG002
        residual: Float[Tensor, "T B J"],
    ) -> Float[Tensor, "T B J"]:
        step = dict(zip(SKELETON.keypoints, residual.unbind(-1), strict=True))
        depth = {name: more for name, more in step.items() if name in _ROOTS}
        for parent, child in SKELETON.bones:
            depth[child] = depth[parent] + step[child]
        return torch.stack([depth[name] for name in SKELETON.keypoints], -1)


_ROOTS = set(SKELETON.keypoints) - {child for _, child in SKELETON.bones}


class NoPerspective(BoneLSTM):
    """All bones seen by an orthographic camera, though the network is told its distance."""

    def _depth(
        self,
        points: Float[Tensor, "T B J 2"],
        mean: Float[Tensor, "T B P"],
        direction: Float[Tensor, "T B D"],
        residual: Float[Tensor, "T B J"],
    ) -> Float[Tensor, "T B J"]:
        far = torch.full_like(mean[..., -1:], _FAR)
        return super()._depth(points, torch.cat([mean[..., :-1], far], -1), direction, residual)


class NoProportions(BoneLSTM):
    """Everybody has the mean proportions, whatever is estimated or given."""

    def forward(
        self,
        keypoints: Float[Tensor, "T B J 2"],
        observed: Float[Tensor, "T B J"],
        confidence: Float[Tensor, "T B J"],
        fps: Float[Tensor, " B"],
        mean: Float[Tensor, "T B P"],
        log_scale: Float[Tensor, "T B P"],
        state: LSTMState,
    ) -> tuple[Float[Tensor, "T B J 2"], Float[Tensor, "T B J"], Float[Tensor, "T B J"], LSTMState]:
        """As a BoneLSTM that is told the same of everybody."""
        mean, log_scale = 0 * mean + self.mean, 0 * log_scale + _UNSURE
        return super().forward(keypoints, observed, confidence, fps, mean, log_scale, state)


@dataclass(frozen=True)
class WithLinearHead(LiftingNetConfig):
    """A LiftingNet with a `LinearHead`."""

    def build(self) -> LiftingNet:
        """A network with fresh weights, drawn from torch's generator."""
        return _with(LinearHead, self)


@dataclass(frozen=True)
class WithoutPerspective(LiftingNetConfig):
    """A LiftingNet with `NoPerspective`."""

    def build(self) -> LiftingNet:
        """A network with fresh weights, drawn from torch's generator."""
        return _with(NoPerspective, self)


@dataclass(frozen=True)
class WithoutProportions(LiftingNetConfig):
    """A LiftingNet with `NoProportions`."""

    def build(self) -> LiftingNet:
        """A network with fresh weights, drawn from torch's generator."""
        return _with(NoProportions, self)


def _with(kind: type[BoneLSTM], config: LiftingNetConfig) -> LiftingNet:
    """A LiftingNet with another way to the depth, but of the same weights."""
    net = LiftingNet(config)
    depth: nn.Module = kind(config.hidden_size, config.num_layers, config.width)
    depth.load_state_dict(net.depth.state_dict())
    net.depth = depth  # type: ignore[assignment]
    return net


@dataclass(frozen=True)
class Variant:
    """What is trained.

    Attributes
    ----------
    name
        In the table.
    settings
        How.
    real
        Whether real motion is mixed in.
    """

    name: str
    settings: PretrainingSettings
    real: bool = True


def variants(base: PretrainingSettings) -> list[Variant]:
    """All variants of a recipe, the recipe itself first."""
    sizes, data = asdict(base.model), base.data

    def model(
        change: Callable[..., LiftingNetConfig] = LiftingNetConfig, **other: int
    ) -> PretrainingSettings:
        return replace(base, model=change(**(sizes | other)))

    lanes = max(1, round(data.lanes * data.frames / SHORT))
    return [
        Variant("as shipped", base),
        Variant("linear head", model(WithLinearHead)),
        Variant("no perspective", model(WithoutPerspective)),
        Variant("two layers", model(num_layers=2)),
        Variant("hidden 128", model(hidden_size=128)),
        Variant("hidden 384", model(hidden_size=384)),
        Variant("no proportions", model(WithoutProportions)),
        Variant(
            f"windows of {SHORT} frames",
            replace(base, data=replace(data, frames=SHORT, lanes=lanes)),
        ),
        Variant("no real motion", base, real=False),
        Variant("learning rate 4e-3", replace(base, learning_rate=4e-3)),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it all, print the table, and give the exit code."""
    try:
        _run(_parser().parse_args(arguments))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; the same command goes on where it was", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ablations",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--blocks", type=int, default=600, help="to train each on (600)")
    parser.add_argument("--seed", type=int, default=0, help="the source of chance (0)")
    parser.add_argument("-o", "--out", type=Path, default=Path("ablations"), metavar="FOLDER")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only variants that begin so")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def _run(given: argparse.Namespace) -> None:
    everything = variants(replace(BASE, blocks=given.blocks, seed=given.seed))
    only = tuple(name.lower() for name in given.only or [""])
    wanted = {variant.name for variant in everything if variant.name.startswith(only)}
    if not wanted:
        expected = f"the beginning of one of {'; '.join(each.name for each in everything)}"
        raise InputError(problem("--only", expected=expected, found=" ".join(given.only)))
    sets = read_sets(given.data)
    tested = {"protocol": VERSION, "test": digest(given.data, *SETS.values())}
    results: list[Result] = []
    for variant in everything:
        trained_on = {
            "variant": variant.name,
            "recipe": as_json(asdict(variant.settings)),
            "train": clips_digest(given.data) if variant.real else "",
        }
        settings = tested | trained_on
        path = given.out / f"{file_name(variant.name)}.json"
        result = read_result(path, settings)
        if result is None and variant.name in wanted:
            if not given.quiet:
                print(f"{variant.name} ...", file=sys.stderr, flush=True)
            folder = given.out / f"{file_name(variant.name)}-{short_digest(trained_on)}"
            result = _measured(variant, folder, given.data, sets, settings, quiet=given.quiet)
            result.write(path)
        if result is not None:
            results.append(result)
            write_text(given.out / "table.md", table(results) + "\n")
    print(table(results))


def _measured(
    variant: Variant,
    folder: Path,
    data: Path,
    sets: Sequence[TestSet],
    settings: dict[str, Any],
    *,
    quiet: bool,
) -> Result:
    """A variant's result, trained and measured now."""
    clips = captured(data) if variant.real else []
    lifter, training = trained_lifter(folder, variant.settings, clips, quiet=quiet)
    scores = {}
    for tests in sets:
        methods = (
            Signlift(lifter, variant.name),
            Signlift(lifter, variant.name, lengths=true_lengths(data, tests.name)),
        )
        scores[tests.name] = {
            condition: asdict(run(method, tests, "clean", variant.settings.seed))
            for condition, method in zip(CONDITIONS, methods, strict=True)
        }
    return Result(variant.name, scores, training, settings)


def table(results: Sequence[Result]) -> str:
    """The table in Markdown: depth errors of wrists / elbows / upper body in cm."""
    columns = [(name, condition) for name in SETS for condition in CONDITIONS]
    rows = [["variant", *(f"{name}, {condition}" for name, condition in columns), "parameters"]]
    rows.append(["---"] * len(rows[0]))
    for result in results:
        errors = [
            " / ".join(f"{scores[group]:.1f}" for group in ("wrists", "elbows", "upper"))
            for name, condition in columns
            for scores in (result.scores[name][condition],)
        ]
        parameters = "–" if result.training is None else f"{result.training.parameters:,}"
        rows.append([result.name, *errors, parameters])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
