"""Evaluation of a model on recordings with true depth, and of the constant-depth baseline."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signlift.core.frame_rate import check_fps
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, InputWarning, message_line, problem
from signlift.evaluation.constant_depth import compute_constant_depth
from signlift.evaluation.draw_evaluation import draw_errors, draw_skeletons
from signlift.evaluation.evaluation_result import Evaluation
from signlift.evaluation.ground_truth import GroundTruth, open_ground_truth
from signlift.evaluation.measures import Measures
from signlift.evaluation.page_statistics import PageStatistics
from signlift.evaluation.predict_recording import predict_recording
from signlift.evaluation.select_recordings import SplitName, select_recordings
from signlift.evaluation.write_report_page import write_report_page
from signlift.evaluation.write_viewer_page import write_viewer_page
from signlift.io.arrays.npy import npy_writer
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load
from signlift.lifting.network import Network
from signlift.lifting.open_network import SHIPPED
from signlift.utils.atomic import atomic_group, write_text
from signlift.utils.progress import progress_bar

PREDICTED_DEPTH = "predicted_depth.npy"
MEASURES = "measures.json"


def evaluate(
    data: str | PathLike[str] | Recording | Sequence[Recording],
    model: str | PathLike[str] = SHIPPED,
    *,
    split: SplitName = "auto",
    skeleton: str | Skeleton | None = None,
    fps: float | None = None,
    min_confidence: float | None = None,
    keep_zeros: bool = False,
    causal: bool = False,
    out: str | PathLike[str] | None = None,
    json_path: str | PathLike[str] | None = None,
    page: str | PathLike[str] | None = None,
    quiet: bool = True,
    command: str | None = None,
) -> Evaluation:
    """Evaluate a model on recordings with true depth.

    Parameters
    ----------
    data
        A directory with body_data.npy and body_ground.npy; or any other file that
        `signlift.read_all` reads with depth, such as .npz or .bvh; or recordings. A model of the
        canonical frame needs a normalized_data.npy.
    model
        "shipped" for the shipped weights; a run's directory (its best checkpoint); an exported
        model; or a .safetensors file.
    split
        "auto" evaluates a run on the recordings that it held back, if it was trained on this
        data, and all other models on all recordings. "test" and "train" select one side of the
        split of a run; "all" selects all recordings.
    skeleton
        The skeleton of body_data.npy, or its name; by default the model's. Other files name
        their own.
    fps
        Frames per second of recordings that do not have it; 30 by default.
    min_confidence, keep_zeros
        What counts as observed, as for `signlift.read_all`.
    causal
        Predict each frame from itself and those before it alone.
    out
        A directory for predicted_depth.npy ([T, J] for one recording, [V, T, J] for several, in
        the unit of the data, relative to MidHip; NaN in padding and in recordings that were not
        evaluated), measures.json, report.html (all measures with charts), a chart of the errors by
        keypoint, and drawings of the true and the predicted skeletons of the recording with the
        median error.
    json_path
        A file for the measures.
    page
        A file (.html) that plays the best, the median and the worst of the recordings in 3D, with
        predicted and true depth.
    quiet
        Show no progress bar.
    command
        The command that asked for the evaluation, which report.html repeats.

    Returns
    -------
    The measures of the model and of the baseline.

    Raises
    ------
    InputError
        The model or the data cannot be read or do not fit each other, or no true depth is known.

    Warns
    -----
    InputWarning
        The model was trained on recordings that it is evaluated on.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> rng = np.random.default_rng(0)
    >>> keypoints, depth = rng.normal(300, 50, (8, 26, 2)), rng.normal(0, 50, (8, 26))
    >>> evaluation = sl.evaluate(sl.Recording(keypoints, depth=depth))
    >>> evaluation.report.frames, evaluation.report.depth_error.count
    (8, 208)
    """
    lifter = load(model)
    network = lifter.network
    skeleton = network.skeleton if skeleton is None else get_skeleton(skeleton)
    fps = None if fps is None else check_fps(fps)
    truth = open_ground_truth(
        data, skeleton, min_confidence=min_confidence, keep_zeros=keep_zeros, quiet=quiet
    )
    name = _name_data(data)
    _check_reference_frame(lifter, truth, name)
    selection = select_recordings(model, truth.dataset, split)
    if selection.trained_on:
        line = (
            f"{model}: trained on {selection.trained_on} of these {len(selection.recordings)} "
            "recordings; errors on new recordings are larger"
        )
        warnings.warn(line, InputWarning, stacklevel=2)
    constant_depth, constant_from = compute_constant_depth(lifter, truth, selection.recordings)
    measures, constant, flat = (Measures(truth.dataset.skeleton) for _ in range(3))
    statistics = PageStatistics(truth.dataset.skeleton, network.reference_frame)
    assumed_fps: float | None = None
    path = None if out is None else Path(out) / PREDICTED_DEPTH
    with atomic_group():
        with ExitStack() as stack:
            write = stack.enter_context(_open_predicted_depth(path, truth))
            total = int(truth.dataset.lengths[selection.recordings].sum())
            bar = stack.enter_context(progress_bar(total, "evaluating", quiet=quiet))
            for v in selection.recordings.tolist():
                recording, scale = truth[v], float(truth.dataset.scales[v])
                lifted = predict_recording(lifter, recording, fps, causal=causal)
                if fps is None and recording.frame_rate is None:
                    assumed_fps = DEFAULT_FPS
                assert lifted.depth is not None
                true = recording.depth
                if true is None:
                    true = np.full(lifted.depth.shape, np.nan, np.float32)
                # A keypoint without a constant depth counts for neither the model nor the baseline.
                predicted = np.where(np.isnan(constant_depth), np.nan, lifted.depth)
                baseline = np.where(np.isnan(predicted), np.nan, constant_depth * scale)
                keypoints = recording.keypoints
                measures.add(keypoints, predicted, true, scale, lifted.depth_uncertainty)
                constant.add(keypoints, baseline, true, scale)
                if out is not None:
                    flat.add(keypoints, 0 * predicted, true, scale)
                statistics.add(
                    v,
                    recording.with_depth(true),
                    replace(lifted, depth=predicted),
                    baseline,
                    scale,
                    fps,
                )
                write(v, lifted.depth)
                bar.update(len(recording))
            if not statistics.recordings:
                expected = "frames with keypoints and true depth"
                raise InputError(problem(name, expected=expected, found="none"))
        evaluation = Evaluation(
            str(model),
            selection.about,
            selection.recordings,
            measures.report(),
            constant.report(),
            constant_from,
            assumed_fps=assumed_fps,
            trained_on=_list_training_data(network),
        )
        written = _write_json(evaluation, json_path, out)

    @cache  # the best, the median and the worst, which the pages and the drawings share
    def predict(v: int) -> tuple[Recording, Recording]:
        recording = truth[v]
        return recording, predict_recording(lifter, recording, fps, causal=causal)

    if out is not None:
        assert path is not None
        report_page = write_report_page(
            Path(out),
            evaluation,
            statistics,
            flat.report(),
            predict,
            data=name,
            reference_frame=network.reference_frame,
            command=command,
        )
        written = [
            path,
            *written,
            report_page,
            draw_errors(Path(out), evaluation.report, evaluation.constant),
            *draw_skeletons(
                Path(out),
                *predict(statistics.ranked()[len(statistics.recordings) // 2].number),
                network.reference_frame,
                quiet=quiet,
            ),
        ]
    if page is not None:
        ranked, frame = statistics.ranked(), network.reference_frame
        written.append(write_viewer_page(Path(page), ranked, predict, frame))
    return replace(evaluation, written=tuple(written))


def _list_training_data(network: Network) -> tuple[str, ...]:
    """List the names of the data that a model says it was trained on."""
    info = network.about.get("info")
    names = info.get("trained_on") if isinstance(info, dict) else None
    return tuple(message_line(str(name)) for name in names) if isinstance(names, list) else ()


def _name_data(data: str | PathLike[str] | Recording | Sequence[Recording]) -> str:
    """Return a name of the data for messages."""
    if isinstance(data, Recording):
        return data.name
    return str(data) if isinstance(data, (str, PathLike)) else "data"


def _check_reference_frame(lifter: Lifter, truth: GroundTruth, name: str) -> None:
    """Raise InputError if a model and data are not in one reference frame."""
    frame = lifter.network.reference_frame
    if truth.dataset.frame == frame:
        return
    if frame == "canonical":
        expected = (
            f"a normalized_data.npy, as {lifter.path} was trained in the canonical frame "
            "(`prepare` writes one)"
        )
        raise InputError(problem(name, expected=expected, found="data in the camera frame"))
    expected = (
        "data in the camera frame, as the model's (body_data.npy and body_ground.npy, "
        "or recordings with depth)"
    )
    raise InputError(problem(name, expected=expected, found="data in the canonical frame"))


@contextmanager
def _open_predicted_depth(
    path: Path | None, truth: GroundTruth
) -> Iterator[Callable[[int, NDArray[np.floating]], None]]:
    """Open an array for the predicted depth of any of the recordings; NaN for the others.

    Yields
    ------
    A function that writes the depth [T, J] of recording v.
    """
    if path is None:
        yield lambda v, depth: None  # noqa: ARG005
        return
    with npy_writer(path, (*truth.shape, len(truth.dataset.skeleton))) as file:
        file.fill_nan()

        def write(v: int, depth: NDArray[np.floating]) -> None:
            if truth.recordings is None:
                index: tuple[int, ...] = (int(truth.dataset.lengths[:v].sum()),)
            else:
                index = (v, 0) if len(truth.shape) == 2 else (0,)
            file.put(index, depth.astype(np.float32))

        yield write


def _write_json(
    evaluation: Evaluation,
    json_path: str | PathLike[str] | None,
    out: str | PathLike[str] | None,
) -> list[Path]:
    text = json.dumps(evaluation.to_json(), indent=1) + "\n"
    paths = [] if out is None else [Path(out) / MEASURES]
    paths += [] if json_path is None else [Path(json_path)]
    for path in paths:
        write_text(path, text)
    return paths
