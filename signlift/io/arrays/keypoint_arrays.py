"""Keypoints in NumPy's files, .npy and .npz, in the shapes that people use.

| shape | content |
| --- | --- |
| [V, T, 2J], [T, 2J] | x_1, y_1, ..., x_J, y_J of V recordings or of one, as in the original repository; mapped, not loaded |
| [V, T, C], [T, C], [C] | MediaPipe's landmarks in one row per frame (see `mediapipe_rows`); or C = 3J: x, y and confidence |
| [T, J, 2] | x and y of one recording; [J, 2 to 5] is a single frame |
| [T, J, 3] | x, y and confidence; for MediaPipe's keypoints x, y and z |
| [T, J, 4], [T, J, 5] | MediaPipe's x, y, z, visibility (and presence) |
| [T, N, J, 2 to 5] | the same for N people in each frame, NaN or all zero where there are fewer |
| [V, T, J, 2 to 5] | V recordings, where the second axis is long, or holds one person over time |

MediaPipe's keypoints may include its face mesh, in any order of the parts; z is detector depth.
A keypoint with a confidence of 0 or less is missing, whatever its x and y are. Without a
confidence, keypoints at (0, 0) or (-1, -1) are missing if there are several of them in an image;
where other coordinates are negative, zero is a coordinate like any other (see
`signlift.io.people.placeholders`). `keep_zeros` keeps them.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.array_shapes import (
    MAX_PEOPLE,
    MAX_VALUES,
    MEDIAPIPE,
    SHAPES,
    PointArray,
    arrange_points,
    choose_skeleton,
    guess_skeleton,
    is_frame,
)
from signlift.io.arrays.npy import NpyFile, npy_problems, open_npy, read_npy_header
from signlift.io.arrays.original_arrays import BODY_DATA, read_arrays
from signlift.io.detectors.people_forms.mediapipe import select_mediapipe_columns, split_columns
from signlift.io.finite_numbers import find_excessive
from signlift.io.frame_limit import check_frame_count
from signlift.io.people.assemble import (
    NO_METADATA,
    FileMetadata,
    Person,
    assemble_people,
    make_recording,
)
from signlift.io.people.confidence_range import forget_zero_confidence
from signlift.io.people.main_person import require_one_person
from signlift.io.people.observation import mask_missing
from signlift.io.pixels import to_pixels
from signlift.io.reader import ReadOptions
from signlift.io.recordings import Recordings

#: Confidence below this is taken for a depth.
_MIN_CONFIDENCE = -0.1


def read_npy_keypoints(path: Path, options: ReadOptions) -> Sequence[Recording]:
    """Read a .npy file of one of the shapes above, or a directory with body_data.npy.

    Parameters
    ----------
    path
        The file or directory.
    options
        `skeleton` where it is not the default for the number of keypoints (26 are panoptic26), and
        `size` where x and y are normalised image coordinates. Small numbers of MediaPipe are taken
        for such, those of other skeletons if all are from 0 to 1 or `size` is given.

    Returns
    -------
    The recordings. Those of body_data.npy are read when they are asked for.

    Raises
    ------
    InputError
        One line for each problem: not .npy, not numbers, another shape, a number of keypoints
        that no skeleton has, infinities, or a missing size.
    """
    if path.is_dir():
        return _map_recordings(path, path / BODY_DATA, options)
    if _is_mapped(read_npy_header(path), options):
        return _map_recordings(path, path, options)
    file = open_npy(path)
    points = arrange_points(file.map(), path.name, options)
    if points.several:
        return recordings_of_videos(points, None, path.name, options)
    recordings = recordings_of_array(points.array, None, path.name, options)
    if not is_frame(file.shape):
        return recordings
    note = "one frame (the directory of its frames is read as one recording)"
    return [recording.with_note(note) for recording in recordings]


def recordings_of_videos(
    points: PointArray,
    confidence: NDArray[Any] | None,
    name: str,
    options: ReadOptions,
    metadata: FileMetadata = NO_METADATA,
) -> Recordings:
    """Make V recordings, without trailing frames that have no keypoint.

    Parameters
    ----------
    points
        [V, T, J, 2 to 5].
    confidence
        [V, T, J], if it is not in the array.
    name, options, metadata
        As for `recordings_of_array`.
    """
    videos = points.array
    if confidence is not None and len(confidence) != len(videos):
        expected = f"confidence of {len(videos)} recordings"
        raise InputError(problem(name, expected=expected, found=str(len(confidence))))
    recordings: list[Recording] = []
    for v, video in enumerate(videos):
        video = _remove_padding(video)
        scores = None if confidence is None else confidence[v][: len(video)]
        title = f"{name}, video {v}"
        recordings += recordings_of_array(video, scores, title, options, metadata)
    lengths = tuple(len(recording) for recording in recordings)
    return Recordings(recordings, lengths, (len(recordings), videos.shape[1]))


def recordings_of_array(
    array: NDArray[Any],
    confidence: NDArray[Any] | None,
    name: str,
    options: ReadOptions,
    metadata: FileMetadata = NO_METADATA,
) -> list[Recording]:
    """Make a recording of an array [T, J, 2 to 5], or those of one or all people of [T, N, J, ...].

    Parameters
    ----------
    array
        Real numbers.
    confidence
        [T, J] or [T, N, J], if it is not in the array.
    name
        Name of the recording, for messages too.
    options, metadata
        Facts from the user and from the file.

    Raises
    ------
    InputError
        As `read_npy_keypoints`, or the person does not exist.
    """
    if array.ndim not in (3, 4) or not 2 <= array.shape[-1] <= MAX_VALUES or 0 in array.shape:
        raise InputError(problem(name, expected=SHAPES, found=str(list(array.shape))))
    skeleton = choose_skeleton(array.shape[-2], name, options)
    people = array.shape[1] if array.ndim == 4 else 1
    if people > MAX_PEOPLE:
        expected = f"[T, N, J, C] with at most {MAX_PEOPLE} people (N) in a frame"
        raise InputError(problem(name, expected=expected, found=str(list(array.shape))))
    if confidence is not None and confidence.shape != array.shape[:-1]:
        expected = f"confidence of shape {list(array.shape[:-1])}"
        raise InputError(problem(name, expected=expected, found=str(list(confidence.shape))))
    check_frame_count(name, len(array))
    values, z = _to_columns(array, confidence, skeleton, name)
    mediapipe = skeleton in MEDIAPIPE
    if array.ndim == 3:
        require_one_person(options.person, name)
        return [make_recording(values, skeleton, name, options, metadata, fractions=mediapipe, z=z)]
    frames = [
        (
            t,
            [
                Person(skeleton, rows, detector_depth=z if z is None else z[t, n])
                for n, rows in enumerate(frame)
            ],
        )
        for t, frame in enumerate(values)
    ]
    return assemble_people(frames, len(values), name, options, metadata, fractions=mediapipe)


def _is_mapped(file: NpyFile, options: ReadOptions) -> bool:
    """Return whether a file is [T, 2J] or [V, T, 2J], or cannot be read, as the reader reports."""
    if file.dtype.kind not in "fiu":
        return False
    if npy_problems(file):
        return len(file.shape) < 3 or (len(file.shape) == 3 and file.shape[-1] > MAX_VALUES)
    if len(file.shape) not in (2, 3) or file.shape[-1] <= MAX_VALUES or file.shape[-1] % 2:
        return False
    count = file.shape[-1] // 2
    if options.skeleton is not None:
        return len(options.skeleton) == count
    return guess_skeleton(count, options) is not None


def _remove_padding(video: NDArray[Any]) -> NDArray[Any]:
    """Remove trailing frames without any position; the first frame stays."""
    present = np.flatnonzero(~np.isnan(video[..., :2]).all((1, 2)))
    return video[: present[-1] + 1 if len(present) else 1]


def _to_columns(
    array: NDArray[Any], confidence: NDArray[Any] | None, skeleton: Skeleton, name: str
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Select x, y and confidence, [..., 3], and check those of keypoints that are not missing.

    The other array is MediaPipe's z, [...], as in the file; None where there is none.
    """
    z = None
    with np.errstate(over="ignore", invalid="ignore"):  # what is infinite now is found below
        array = array.astype(np.float32)
        confidence = None if confidence is None else confidence.astype(np.float32)
    if skeleton in MEDIAPIPE:
        landmarks = select_mediapipe_columns(array)
        values, z = split_columns(landmarks)
    elif array.shape[-1] > 3:
        expected = f"x, y and confidence of {skeleton.name}"
        raise InputError(problem(name, expected=expected, found=f"{array.shape[-1]} numbers"))
    else:
        values = np.full((*array.shape[:-1], 3), np.nan, np.float32)
        values[..., : array.shape[-1]] = array
        if array.shape[-1] == 3:
            _check_confidence(values, name)
    if confidence is not None:
        values[..., 2] = confidence
    forget_zero_confidence(values, skeleton, name)
    mask_missing(values)
    excessive = find_excessive(values)
    if excessive.any():
        place = tuple(int(i) for i in np.argwhere(excessive)[0])
        found = f"{int(excessive.sum()):,} others, the first {values[place]:g} at {list(place)}"
        raise InputError(problem(name, expected="finite numbers or NaN", found=found))
    return values, z


def _check_confidence(values: NDArray[np.float32], name: str) -> None:
    """Raise InputError where the third number is a depth; missing keypoints may have -1 there."""
    third = values[..., 2]
    with np.errstate(invalid="ignore"):
        depths = third[(third < _MIN_CONFIDENCE) & (third != -1)]
    if depths.size:
        expected, found = "confidence as the third number of each keypoint", f"{depths.min():.3g}"
        raise InputError(problem(name, expected=expected, found=f"{found} (a depth?)"))


def _map_recordings(path: Path, data: Path, options: ReadOptions) -> Recordings:
    """Map body_data.npy, without loading it."""
    skeleton = options.skeleton
    if skeleton is None:
        try:
            shape = read_npy_header(data).shape
        except InputError:
            shape = ()  # read_arrays reports the problem
        even = bool(shape) and shape[-1] % 2 == 0
        skeleton = (guess_skeleton(shape[-1] // 2, options) if even else None) or PANOPTIC26
    arrays = read_arrays(path, None, skeleton, keep_zeros=options.keep_zeros, quiet=options.quiet)
    require_one_person(options.person, path)
    mediapipe = skeleton in MEDIAPIPE
    size = options.size

    def in_pixels(recording: Recording) -> Recording:
        keypoints = to_pixels(recording.keypoints, size, recording.name, required=mediapipe)
        return replace(recording, keypoints=keypoints, size=size, fps=options.fps)

    recordings = Recordings(arrays, tuple(arrays.lengths.tolist()), arrays.shape, in_pixels)
    recordings[0]  # report a missing size before anything is lifted
    return recordings
