"""Keypoints in NumPy's files, .npy and .npz, in the shapes in which people keep them.

| shape | what |
| --- | --- |
| [V, T, 2J], [T, 2J] | the seed's: x_1, y_1, ..., of V recordings or of one; mapped, not loaded |
| [T, J, 2] | x and y of one recording |
| [T, J, 3] | x, y and confidence; of MediaPipe's 33 or 75 keypoints x, y and z, which is dropped |
| [T, J, 4], [T, J, 5] | MediaPipe's x, y, z, visibility (and presence) |
| [T, N, J, 2 to 5] | the same of N people in each frame, NaN or all zero where there are fewer |

Zero is a coordinate, but for keypoints whose numbers are all zero where there are three or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import (
    MEDIAPIPE33,
    MEDIAPIPE75,
    PANOPTIC26,
    SKELETONS,
    Skeleton,
    skeleton_of_size,
)
from signlift.errors import InputError, problem
from signlift.io.arrays.npy import open_npy, read_npy_header
from signlift.io.arrays.original_arrays import BODY_DATA, read_arrays
from signlift.io.detectors.mediapipe import mediapipe_columns
from signlift.io.finite_numbers import MAX_NUMBER
from signlift.io.people.assemble import (
    NO_METADATA,
    FileMetadata,
    Person,
    assemble_recording,
    make_recording,
    mask_missing,
)
from signlift.io.pixels import to_pixels
from signlift.io.reader import ReadOptions
from signlift.io.recordings import Recordings

_MEDIAPIPE = (MEDIAPIPE33, MEDIAPIPE75)

#: More people than that in a frame are another axis, taken for it.
_MOST_PEOPLE = 64

_SHAPES = "[T, 2J], [V, T, 2J], [T, J, 2], [T, J, 3] or [T, N, J, 2 or 3]"


def read_npy_keypoints(path: Path, options: ReadOptions) -> Sequence[Recording]:
    """Read a .npy file of any of the shapes above, or a folder of the seed's two arrays.

    Parameters
    ----------
    path
        The file or folder.
    options
        `skeleton` where it is not the one meant by the number of keypoints (26 are panoptic26),
        `fps`, and `size` where x and y are fractions of the picture's size: MediaPipe's small
        numbers are taken as such, those of others when all are from 0 to 1 or `size` is given.

    Returns
    -------
    The recordings; those of the seed's shapes are read as they are asked for.

    Raises
    ------
    InputError
        One line for each problem: not .npy, not numbers, another shape, a number of keypoints
        that no skeleton has, infinities, or a size that is needed.
    """
    if path.is_dir():
        return _mapped(path, path / BODY_DATA, options)
    file = read_npy_header(path)
    if _is_flat(file.shape):
        return _mapped(path, path, options)
    return [recording_of_array(open_npy(path).map(), None, path.name, options)]


def recording_of_array(
    array: NDArray[Any],
    confidence: NDArray[Any] | None,
    name: str,
    options: ReadOptions,
    facts: FileMetadata = NO_METADATA,
) -> Recording:
    """Make a recording of [T, J, 2 to 5] or [T, N, J, 2 to 5].

    Parameters
    ----------
    array
        Real numbers.
    confidence
        [T, J] or [T, N, J], where it is not in the array.
    name
        The recording's, for messages too.
    options, facts
        What the user and the file say.

    Raises
    ------
    InputError
        As `read_npy_keypoints`, or people are asked for who are not there.
    """
    if array.ndim not in (3, 4) or not 2 <= array.shape[-1] <= 5 or 0 in array.shape:
        raise InputError(problem(name, expected=_SHAPES, found=str(list(array.shape))))
    skeleton = _skeleton(array.shape[-2], name, options)
    people = array.shape[1] if array.ndim == 4 else 1
    if people > _MOST_PEOPLE:
        expected = f"[T, N, J, C] of at most {_MOST_PEOPLE} people (N) in a frame"
        raise InputError(problem(name, expected=expected, found=str(list(array.shape))))
    values = _columns(array, skeleton, name)
    if confidence is not None:
        if confidence.shape != array.shape[:-1]:
            expected = f"confidence of shape {list(array.shape[:-1])}"
            raise InputError(problem(name, expected=expected, found=str(list(confidence.shape))))
        values[..., 2] = confidence
        mask_missing(values)
    mediapipe = skeleton in _MEDIAPIPE
    if array.ndim == 3:
        if options.person:
            found = str(options.person)
            raise InputError(problem(name, expected="person 0", found=found))
        return make_recording(values, skeleton, name, options, facts, fractions=mediapipe)
    frames = [(t, [Person(skeleton, one) for one in values[t]]) for t in range(len(values))]
    return assemble_recording(frames, len(values), name, options, facts, fractions=mediapipe)


def flat_to_pairs(array: NDArray[Any], name: str, options: ReadOptions) -> NDArray[Any]:
    """[..., J, 2] of [..., 2J], where J is a number of keypoints that some skeleton has."""
    if array.shape[-1] % 2:
        raise InputError(problem(name, expected=_SHAPES, found=str(list(array.shape))))
    _skeleton(array.shape[-1] // 2, name, options)
    return array.reshape(*array.shape[:-1], -1, 2)


def _is_flat(shape: tuple[int, ...]) -> bool:
    """Whether this is the shape of the seed's array: [T, 2J] or [V, T, 2J]."""
    return len(shape) == 2 or (len(shape) == 3 and shape[-1] > 5) or len(shape) not in (3, 4)


def _columns(array: NDArray[Any], skeleton: Skeleton, name: str) -> NDArray[np.float32]:
    """[..., 3], x, y and confidence, checked."""
    with np.errstate(invalid="ignore"):
        bad = ~(np.abs(array) < MAX_NUMBER) & ~np.isnan(array)
    if bad.any():
        place = ", ".join(str(int(i)) for i in np.argwhere(bad)[0])
        found = f"{int(bad.sum()):,} infinite or beyond {MAX_NUMBER:g}, the first at [{place}]"
        raise InputError(problem(name, expected="finite numbers or NaN", found=found))
    if skeleton in _MEDIAPIPE:
        values = mediapipe_columns(array)
    else:
        if array.shape[-1] > 3:
            expected = f"x, y and confidence of {skeleton.name}"
            raise InputError(problem(name, expected=expected, found=f"{array.shape[-1]} numbers"))
        values = np.full((*array.shape[:-1], 3), np.nan, np.float32)
        values[..., : array.shape[-1]] = array
        if array.shape[-1] == 3:
            least = float(np.fmin.reduce(values[..., 2], axis=None))
            if least < -0.1:
                expected = "confidence as the third number of each keypoint"
                raise InputError(problem(name, expected=expected, found=f"{least:.3g} (a depth?)"))
            values[(array == 0).all(-1)] = (np.nan, np.nan, 0)
    return values


def _mapped(path: Path, data: Path, options: ReadOptions) -> Recordings:
    """Map the original repository's array, without loading it."""
    skeleton = options.skeleton
    if skeleton is None:
        try:
            shape = read_npy_header(data).shape
        except InputError:
            shape = ()  # read_arrays reports the problem
        even = bool(shape) and shape[-1] % 2 == 0
        skeleton = (_guess(shape[-1] // 2, options) if even else None) or PANOPTIC26
    arrays = read_arrays(path, None, skeleton, quiet=options.quiet)
    if options.person:
        raise InputError(problem(path, expected="person 0", found=str(options.person)))
    mediapipe = skeleton in _MEDIAPIPE
    size = options.size

    def in_image(recording: Recording) -> Recording:
        pixels = to_pixels(recording.keypoints, size, recording.name, required=mediapipe)
        return replace(recording, keypoints=pixels, size=size, fps=options.fps)

    recordings = Recordings(arrays, tuple(arrays.lengths.tolist()), arrays.shape, in_image)
    recordings[0]  # report a missing size before anything is lifted
    return recordings


def _guess(count: int, options: ReadOptions) -> Skeleton | None:
    """Choose the skeleton of a number of keypoints."""
    preferred = options.preferred_skeleton
    if preferred is not None and len(preferred) == count:
        return preferred
    return skeleton_of_size(count)


def _skeleton(count: int, name: str, options: ReadOptions) -> Skeleton:
    """What J keypoints are."""
    given = options.skeleton
    if given is not None and len(given) != count:
        expected = f"{len(given)} keypoints ({given.name})"
        raise InputError(problem(name, expected=expected, found=str(count)))
    found = given or _guess(count, options)
    if found is None:
        sizes = ", ".join(str(size) for size in sorted({len(one) for one in SKELETONS}))
        raise InputError(problem(name, expected=f"one of {sizes} keypoints", found=str(count)))
    return found
