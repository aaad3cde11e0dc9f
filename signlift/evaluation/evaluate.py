"""Testing a trained run: measures beside the constant-depth baseline, predicted depth, plots."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np
from jaxtyping import Int
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.datasets.dataset import Dataset, open_dataset
from signlift.errors import InputError, parameter_problem, problem
from signlift.evaluation.measures import Measures
from signlift.evaluation.report import Report
from signlift.io.arrays.normalized import NormalizedData
from signlift.io.arrays.npy import NpyWriter, npy_writer
from signlift.io.arrays.original_arrays import Arrays
from signlift.model.checkpoint import load_checkpoint
from signlift.model.depth_lstm import DepthLSTM, DepthLSTMConfig
from signlift.training.predict import RecordingPrediction, predict
from signlift.training.run import CONFIG, held_back, read_config
from signlift.utils.atomic import write_text
from signlift.utils.progress import progress_bar

SplitName = Literal["auto", "test", "train", "all"]

PREDICTED_DEPTH = "predicted_depth.npy"

#: The most frames of the recording that is drawn as a clip.
_CLIP_FRAMES = 150


@dataclass(frozen=True, eq=False)
class Tested:
    """What a test found.

    Attributes
    ----------
    report
        The model's measures.
    constant
        The same measures of the constant-depth baseline: each keypoint always at the mean depth,
        in torso lengths, that it has in the training set.
    recordings
        Which recordings were tested.
    about
        Which recordings these are, in words.
    written
        The files that were written.
    """

    report: Report
    constant: Report
    recordings: Int[np.ndarray, " R"]
    about: str
    written: tuple[Path, ...] = ()

    def table(self) -> str:
        """The measures as plain text, the baseline beside them."""
        return f"{self.about}\n{self.report.table(self.constant, 'constant')}"

    def to_json(self) -> dict[str, Any]:
        """The measures as plain dicts, with units in their names."""
        model, constant = self.report.depth_error, self.constant.depth_error
        return {
            "about": self.about,
            "recordings": self.recordings.tolist(),
            "depth_error_over_constant": {
                "input_units": _ratio(model.units, constant.units),
                "torso_lengths": _ratio(model.torsos, constant.torsos),
            },
            "model": self.report.to_json(),
            "constant": self.constant.to_json(),
        }


def _ratio(value: float, base: float) -> float | None:
    return value / base if base > 0 and np.isfinite(value) else None


def test(
    run: str | PathLike[str],
    data: str | PathLike[str],
    *,
    split: SplitName = "auto",
    out: str | PathLike[str] | None = None,
    json_path: str | PathLike[str] | None = None,
    quiet: bool = True,
) -> Tested:
    """Test a trained run on recordings with known depth, statefully, each without a break.

    Parameters
    ----------
    run
        A run's folder (its best checkpoint), or a .safetensors file in it.
    data
        A folder with body_data.npy and body_ground.npy, or a normalized_data.npy.
    split
        Which recordings: `auto` takes, of the data that the run was trained on, those that it
        held back, and of other data all.
    out
        A folder for predicted_depth.npy (of the ground truth's shape, in its unit, relative to
        the root; NaN in padding and in recordings that were not tested), measures.json, a plot
        of the errors by keypoint, and true and predicted skeletons of the recording whose error
        is the median.
    json_path
        Write the measures to this file (too).
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        The run or the data are not what they need to be, do not fit each other, or there is
        nothing to test on.
    """
    model, config, info = load_checkpoint(run)
    assert isinstance(model, DepthLSTM) and isinstance(config, DepthLSTMConfig)
    model = model.float()
    dataset = open_dataset(data, config.skeleton, quiet=quiet)
    if dataset.frame != config.frame:
        expected = f"data in the {config.frame} frame, as {run} was trained on"
        raise InputError(problem(data, expected=expected, found=f"the {dataset.frame} frame"))
    chosen, about = _choose(Path(run), dataset, split)
    measures, constant = Measures(dataset.skeleton), Measures(dataset.skeleton)
    mean_depth = np.array(info["mean_depth"], np.float64)  # null, for NaN, becomes NaN
    errors: dict[int, float] = {}
    with ExitStack() as stack:
        writer = None
        if out is not None:
            path = Path(out) / PREDICTED_DEPTH
            writer = stack.enter_context(npy_writer(path, _depth_shape(dataset)))
            writer.fill_nan()
        total = int(dataset.lengths[chosen].sum())
        bar = stack.enter_context(progress_bar(total, "testing", quiet=quiet))
        for prediction in predict(model, dataset, chosen):
            depth, true, scale = prediction.depth, prediction.true, prediction.scale
            # A keypoint that training never knew has no constant: it counts for neither.
            counted = np.where(np.isnan(mean_depth), np.nan, depth)
            same = np.where(np.isnan(counted), np.nan, mean_depth * scale)
            measures.add(prediction.keypoints, counted, true, scale)
            constant.add(prediction.keypoints, same, true, scale)
            known = ~np.isnan(counted - true)
            if known.any():
                errors[prediction.recording] = float(abs(depth - true)[known].mean() / scale)
            if writer is not None:
                _put(writer, dataset, prediction)
            bar.update(len(depth))
        if not errors:
            expected = "frames with keypoints and known depth to test on"
            raise InputError(problem(data, expected=expected, found="none"))
    tested = Tested(measures.report(), constant.report(), chosen, about)
    written = []
    text = json.dumps(tested.to_json(), indent=1) + "\n"
    if json_path is not None:
        write_text(json_path, text)
        written.append(Path(json_path))
    if out is not None:
        write_text(Path(out) / "measures.json", text)
        written += [path, Path(out) / "measures.json"]
        written += _draw(Path(out), model, dataset, tested, errors, quiet=quiet)
    return replace(tested, written=tuple(written))


test.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest's


def _choose(run: Path, dataset: Dataset, split: SplitName) -> tuple[NDArray[np.int64], str]:
    """Which recordings are tested, and what they are, in words."""
    everything = np.arange(len(dataset))
    folder = run if run.is_dir() else run.parent
    if not (folder / CONFIG).exists():
        return everything, f"all {len(dataset)} recordings of data"
    parts, what = held_back(folder, read_config(folder), dataset)
    name = split if split != "auto" else "test"
    if name not in ("test", "train", "all"):
        raise InputError(
            parameter_problem("split", expected="auto, test, train or all", found=name)
        )
    chosen = {"test": parts.test, "train": parts.train, "all": everything}[name]
    if len(chosen) == 0:
        raise InputError(
            problem(
                folder,
                expected=f"recordings to test on (`split` is {split})",
                found=f"none: {what}, {len(parts.train)} trained on, {len(parts.test)} held back "
                "(all of them with `split` all)",
            )
        )
    if len(chosen) == len(dataset):
        return chosen, f"all {len(dataset)} recordings of {what}"
    which = "held back" if name == "test" else "trained on"
    return chosen, f"{len(chosen)} of {len(dataset)} recordings of {what}: those {which}"


def _depth_shape(dataset: Dataset) -> tuple[int, ...]:
    source = dataset.recordings
    if isinstance(source, Arrays) and source.ground is not None:
        return source.ground.shape
    assert isinstance(source, NormalizedData)
    return source.file.shape[:-1]


def _put(writer: NpyWriter, dataset: Dataset, prediction: RecordingPrediction) -> None:
    source, v = dataset.recordings, prediction.recording
    if isinstance(source, NormalizedData):
        writer.put((int(source.begins[v]),), prediction.depth)
    else:
        writer.put((v, 0) if len(writer.shape) == 3 else (0,), prediction.depth)


def _draw(
    out: Path,
    model: DepthLSTM,
    dataset: Dataset,
    tested: Tested,
    errors: dict[int, float],
    *,
    quiet: bool,
) -> list[Path]:
    """Draw the errors by keypoint, and the recording whose error is the median.

    From the side and turned: from the front, true and predicted are the same.
    """
    from signlift.visualization import plot_3D_skeleton, plot_errors_by_keypoint

    def by_keypoint(report: Report) -> dict[str, float]:
        return {name: mean.torsos for name, mean in report.depth_error_per_keypoint.items()}

    paths = [
        plot_errors_by_keypoint(
            by_keypoint(tested.report),
            out / "errors_by_keypoint.png",
            "torso lengths",
            by_keypoint(tested.constant),
        )
    ]
    if errors:
        median = sorted(errors, key=lambda v: errors[v])[len(errors) // 2]
        (prediction,) = predict(model, dataset, np.array([median]), lanes=1)
        true, predicted = _to_draw(prediction, dataset)
        paths += [
            plot_3D_skeleton(
                predicted, out / name, true=true, views=("side", "turned"), quiet=quiet
            )
            for name in ("skeletons.png", "skeletons.gif")
        ]
    return paths


def _to_draw(prediction: RecordingPrediction, dataset: Dataset) -> tuple[Recording, Recording]:
    """The true and the predicted recording, in the camera frame."""
    frames = slice(0, _CLIP_FRAMES)
    # A person in the canonical frame faces +x, with y up and z to their right: seen from the
    # front, right is -z, down is -y and away is -x.
    sign = -1 if dataset.frame == "canonical" else 1
    true, predicted = (
        Recording(
            sign * prediction.keypoints[frames],
            dataset.skeleton,
            depth=sign * depth[frames],
            name=f"recording {prediction.recording}",
        )
        for depth in (prediction.true, prediction.depth)
    )
    return true, predicted
