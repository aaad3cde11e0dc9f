"""Ablations: the contribution of each part of the lifting networks and of their pretraining.

    python -m benchmarks.ablations DATA [--blocks 600] [-o ablations] [--only NAME ...]

DATA is a directory with asl, cmu/train and cmu/test, as for `python -m benchmarks.accuracy`.
Variants of the networks are trained one after the other, with the same random seed, the same stream
of data and the same number of blocks. They are tested on asl and cmu/test, whose clips are not in
the training data. Each recording is lifted as a whole, without and with the signer's true
proportions. Results are kept in the output directory and reused unless their settings or the data
change; an interrupted training is resumed.
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

from benchmarks.accuracy.methods import (
    digest_arrays,
    digest_clips,
    make_file_name,
    short_digest,
    to_json,
)
from benchmarks.accuracy.protocol import SETS, VERSION, TestSet, read_sets, run
from benchmarks.accuracy.signlift_methods import (
    Signlift,
    read_training_clips,
    train_lifter,
    true_proportions,
)
from benchmarks.accuracy.table import Result, read_result
from benchmarks.command import make_parser, run_benchmark
from signlift.core.bone_lengths import INVERSE_DISTANCE
from signlift.errors import InputError, problem
from signlift.model.bone_lstm import BoneLSTM, LSTMState
from signlift.model.lifting_net import LiftingNet, LiftingNetConfig
from signlift.model.network_inputs import SKELETON, FrameInputs
from signlift.pretraining.settings import PretrainingSettings
from signlift.utils.atomic import write_text

#: The settings that are varied.
BASE = PretrainingSettings()

#: Frames of short windows. The number of lanes is increased so that blocks have the same size.
SHORT = 50

#: Conditions in which a test set is lifted.
CONDITIONS = ("offline", "given proportions")

#: Log of one over the distance of a camera at infinity, in torso lengths.
_NO_PERSPECTIVE = -20.0

#: Log uncertainty of the mean proportions as those of any person.
_MEAN_UNCERTAINTY = -1.6


class LinearHead(BoneLSTM):
    """Depth from the network's outputs alone, summed over the bones from MidHip outwards.

    Bone lengths and their projections are not used for the depth; they are still inputs of the
    network.
    """

    def _depth(
        self,
        points: Float[Tensor, "T B J 2"],  # noqa: ARG002
        offset: Float[Tensor, "T B 2"],  # noqa: ARG002
        mean: Float[Tensor, "T B P"],  # noqa: ARG002
        direction: Float[Tensor, "T B D"],  # noqa: ARG002
        residual: Float[Tensor, "T B J"],
    ) -> Float[Tensor, "T B J"]:
        steps = dict(zip(SKELETON.keypoints, residual.unbind(-1), strict=True))
        depth = {name: step for name, step in steps.items() if name in _ROOTS}
        for parent, child in SKELETON.bones:
            depth[child] = depth[parent] + steps[child]
        return torch.stack([depth[name] for name in SKELETON.keypoints], -1)


_ROOTS = set(SKELETON.keypoints) - {child for _, child in SKELETON.bones}


class NoPerspective(BoneLSTM):
    """Orthographic projection of all bones. The camera's distance is still an input."""

    def _depth(
        self,
        points: Float[Tensor, "T B J 2"],
        offset: Float[Tensor, "T B 2"],
        mean: Float[Tensor, "T B P"],
        direction: Float[Tensor, "T B D"],
        residual: Float[Tensor, "T B J"],
    ) -> Float[Tensor, "T B J"]:
        mean = mean.clone()
        mean[..., INVERSE_DISTANCE] = _NO_PERSPECTIVE
        return super()._depth(points, offset, mean, direction, residual)


class NoProportions(BoneLSTM):
    """The mean proportions for everybody, instead of estimated or given ones."""

    def forward(
        self,
        inputs: FrameInputs,
        mean: Float[Tensor, "T B P"],
        log_scale: Float[Tensor, "T B P"],
        state: LSTMState,
    ) -> tuple[Float[Tensor, "T B J 2"], Float[Tensor, "T B J"], Float[Tensor, "T B J"], LSTMState]:
        """Run a BoneLSTM with the mean proportions."""
        mean, log_scale = 0 * mean + self.mean, 0 * log_scale + _MEAN_UNCERTAINTY
        return super().forward(inputs, mean, log_scale, state)


@dataclass(frozen=True)
class WithLinearHead(LiftingNetConfig):
    """A LiftingNet with a `LinearHead`."""

    def build(self) -> LiftingNet:
        """Build a network with random weights from torch's generator."""
        return _replace_depth(LinearHead, self)


@dataclass(frozen=True)
class WithoutPerspective(LiftingNetConfig):
    """A LiftingNet with `NoPerspective`."""

    def build(self) -> LiftingNet:
        """Build a network with random weights from torch's generator."""
        return _replace_depth(NoPerspective, self)


@dataclass(frozen=True)
class WithoutProportions(LiftingNetConfig):
    """A LiftingNet with `NoProportions`."""

    def build(self) -> LiftingNet:
        """Build a network with random weights from torch's generator."""
        return _replace_depth(NoProportions, self)


def _replace_depth(kind: type[BoneLSTM], config: LiftingNetConfig) -> LiftingNet:
    """Build a LiftingNet with another depth network of the same weights."""
    net = LiftingNet(config)
    depth: nn.Module = kind(config.hidden_size, config.num_layers, config.width)
    depth.load_state_dict(net.depth.state_dict())
    net.depth = depth  # type: ignore[assignment]
    return net


@dataclass(frozen=True)
class Variant:
    """A variant of the pretraining.

    Attributes
    ----------
    name
        The name in the table.
    settings
        The settings of the pretraining.
    real
        Train on real motion as well.
    """

    name: str
    settings: PretrainingSettings
    real: bool = True


def list_variants(base: PretrainingSettings) -> list[Variant]:
    """List all variants of a pretraining, the unchanged one first."""
    sizes, data = asdict(base.model), base.data

    def change_model(
        config: Callable[..., LiftingNetConfig] = LiftingNetConfig, **changes: int
    ) -> PretrainingSettings:
        return replace(base, model=config(**(sizes | changes)))

    fast = replace(base.trainer.optimizer, learning_rate=4e-3)
    lanes = max(1, round(data.lanes * data.frames / SHORT))
    return [
        Variant("as shipped", base),
        Variant("linear head", change_model(WithLinearHead)),
        Variant("no perspective", change_model(WithoutPerspective)),
        Variant("two layers", change_model(num_layers=2)),
        Variant("hidden 128", change_model(hidden_size=128)),
        Variant("hidden 384", change_model(hidden_size=384)),
        Variant("no proportions", change_model(WithoutProportions)),
        Variant(
            f"windows of {SHORT} frames",
            replace(base, data=replace(data, frames=SHORT, lanes=lanes)),
        ),
        Variant("no real motion", base, real=False),
        Variant("learning rate 4e-3", replace(base, trainer=replace(base.trainer, optimizer=fast))),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and test all variants, print the table and return the exit code."""
    return run_benchmark(_make_parser(), _run, arguments, resume="the interrupted training")


def _make_parser() -> argparse.ArgumentParser:
    parser = make_parser("ablations", __doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--blocks", type=int, default=600, help="blocks to train each (600)")
    parser.add_argument("--seed", type=int, default=0, help="random seed (0)")
    parser.add_argument("-o", "--out", type=Path, default=Path("ablations"), metavar="DIRECTORY")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="beginnings of variants' names")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def _run(options: argparse.Namespace) -> None:
    variants = list_variants(BASE.with_schedule(blocks=options.blocks, seed=options.seed))
    only = tuple(name.lower() for name in options.only or [""])
    selected = {variant.name for variant in variants if variant.name.startswith(only)}
    if not selected:
        names = "; ".join(variant.name for variant in variants)
        expected, found = f"the beginning of one of {names}", " ".join(options.only)
        raise InputError(problem("--only", expected=expected, found=found))
    sets = read_sets(options.data)
    test_settings = {"protocol": VERSION, "test": digest_arrays(options.data, *SETS.values())}
    results: list[Result] = []
    for variant in variants:
        training_settings = {
            "variant": variant.name,
            "pretraining": to_json(asdict(variant.settings)),
            "train": digest_clips(options.data) if variant.real else "",
        }
        settings = test_settings | training_settings
        name = make_file_name(variant.name)
        path = options.out / f"{name}.json"
        result = read_result(path, settings)
        if result is None and variant.name in selected:
            if not options.quiet:
                print(f"{variant.name} ...", file=sys.stderr, flush=True)
            run_directory = options.out / f"{name}-{short_digest(training_settings)}"
            quiet = options.quiet
            result = _measure(variant, run_directory, options.data, sets, settings, quiet=quiet)
            result.write(path)
        if result is not None:
            results.append(result)
            write_text(options.out / "table.md", format_table(results) + "\n")
    print(format_table(results))


def _measure(
    variant: Variant,
    run_directory: Path,
    data: Path,
    sets: Sequence[TestSet],
    settings: dict[str, Any],
    *,
    quiet: bool,
) -> Result:
    """Train and test a variant."""
    clips = read_training_clips(data) if variant.real else []
    lifter, training = train_lifter(run_directory, variant.settings, clips, quiet=quiet)
    scores = {}
    for tests in sets:
        proportions = true_proportions(data, tests.name)
        methods = (
            Signlift(lifter, variant.name),
            Signlift(lifter, variant.name, proportions=proportions),
        )
        scores[tests.name] = {
            condition: asdict(run(method, tests, "clean", variant.settings.trainer.seed))
            for condition, method in zip(CONDITIONS, methods, strict=True)
        }
    return Result(variant.name, scores, training, settings)


def format_table(results: Sequence[Result]) -> str:
    """Format a table in Markdown: depth errors of wrists / elbows / upper body in cm."""
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
