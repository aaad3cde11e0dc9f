"""MediaPipe's face mesh: the names of its landmarks, and its contours.

The mesh has 468 landmarks, and 10 more of the irises (Kartynnik et al., Real-time Facial Surface
Geometry from Monocular Video on Mobile GPUs, 2019). Reduced files hold those of the contours alone
(MediaPipe's FACEMESH_CONTOURS, 128 landmarks).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

#: Number of landmarks, with those of the irises.
MESH_SIZE = 478

#: The part of a landmark's name before its number.
_PREFIX = "face_landmarks:"

#: Numbers along each contour, on the person's left and on the right: the outline from the forehead
#: to the chin, brows and lids from their outer ends inwards, lips from the corner to the middle.
CONTOURS: dict[str, tuple[str, str]] = {
    "outline": (
        "10 338 297 332 284 251 389 356 454 323 361 288 397 365 379 378 400 377 152",
        "10 109 67 103 54 21 162 127 234 93 132 58 172 136 150 149 176 148 152",
    ),
    "upper brow": ("300 293 334 296 336", "70 63 105 66 107"),
    "lower brow": ("276 283 282 295 285", "46 53 52 65 55"),
    "upper lid": ("263 466 388 387 386 385 384 398 362", "33 246 161 160 159 158 157 173 133"),
    "lower lid": ("263 249 390 373 374 380 381 382 362", "33 7 163 144 145 153 154 155 133"),
    "upper lip": ("291 409 270 269 267 0", "61 185 40 39 37 0"),
    "lower lip": ("291 375 321 405 314 17", "61 146 91 181 84 17"),
    "upper inner lip": ("308 415 310 311 312 13", "78 191 80 81 82 13"),
    "lower inner lip": ("308 324 318 402 317 14", "78 95 88 178 87 14"),
}

#: Numbers along the bridge of the nose to its tip.
NOSE_BRIDGE = "168 6 197 195 5 4 1"


def mesh_name(number: int | str) -> str:
    """Return the name of the keypoint of a landmark.

    Examples
    --------
    >>> mesh_name(152)
    'face_landmarks:152'
    """
    return f"{_PREFIX}{number}"


def is_mesh_name(name: str) -> bool:
    """Return True if a keypoint is a landmark of the mesh.

    Examples
    --------
    >>> [is_mesh_name(name) for name in ("face_landmarks:477", "face_landmarks:478", "Jaw8")]
    [True, False, False]
    """
    number = name.removeprefix(_PREFIX)
    return number != name and number.isdecimal() and int(number) < MESH_SIZE


def mesh_bones(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """List the bones along the contours, between the landmarks that a file has.

    Parameters
    ----------
    names
        The keypoints of the file.

    Yields
    ------
    Pairs of names; no landmark is the second of two pairs.

    Examples
    --------
    >>> list(mesh_bones(["face_landmarks:10", "face_landmarks:338", "face_landmarks:332"]))
    [('face_landmarks:10', 'face_landmarks:338'), ('face_landmarks:338', 'face_landmarks:332')]
    """
    ends: set[str] = set()
    lines = [line for sides in CONTOURS.values() for line in sides]
    for line in (*lines, NOSE_BRIDGE):
        present = [name for number in line.split() if (name := mesh_name(number)) in names]
        for start, end in pairwise(present):
            if end not in ends:
                ends.add(end)
                yield start, end
