"""Lifting of any number of recordings, several of them side by side."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from signlift.core.body_parts import require_body
from signlift.core.frame_rate import check_fps, describe_assumed_fps
from signlift.core.recording import Recording
from signlift.errors import InputError, InputWarning
from signlift.lifting.body_frames import Given
from signlift.lifting.hands.hand_frames import has_hands
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.network import LiftingNetwork, Network
from signlift.lifting.whole_signer import LiftedSigner, lift_signers

#: Largest number of recordings that are lifted side by side, and largest product of their number
#: and the frames of the longest one, which determines the memory.
_MAX_RECORDINGS, _MAX_FRAMES = 32, 16_384


def lift_side_by_side(
    network: Network,
    open_hands: Callable[[], HandNetwork | None],
    recordings: Iterable[Recording],
    given: Given,
    *,
    causal: bool,
    complete: bool,
) -> Iterator[LiftedSigner]:
    """Lift recordings of any lengths, in order. The result of each is that of lifting it alone.

    Parameters
    ----------
    network
        The network of the body.
    open_hands
        A function that opens the network of the hands, for recordings that have some.
    recordings
        Recordings on any skeletons. They are taken as they are needed, a few ahead.
    given, causal, complete
        As for `lift_signers`, for all recordings.

    Returns
    -------
    As from `lift_signers`; recordings without frames with an empty depth.

    Raises
    ------
    InputError
        A frame rate is out of range, or a field of view is given for images of unknown size; in
        place of that recording, after those before it.

    Warns
    -----
    InputWarning
        No frame of a recording has both shoulders, or a shoulder and a hip.
    """
    for group in _group(recordings):
        checked: list[tuple[Recording, float]] = []
        error = None
        for recording in group:
            try:
                checked.append(_check(recording, given))
            except InputError as problem:
                error = problem
                break
        filled = [pair for pair in checked if len(pair[0])]
        has_fingers = any(has_hands(recording.skeleton) for recording, _ in filled)
        lifted: Iterator[LiftedSigner] = iter(())
        if filled:
            signers = lift_signers(
                network,
                open_hands() if has_fingers else None,
                [recording for recording, _ in filled],
                [fps for _, fps in filled],
                given,
                causal=causal,
                complete=complete,
            )
            lifted = iter(signers)
        for recording, _ in checked:
            yield next(lifted) if len(recording) else _lift_nothing(recording, network)
        if error is not None:
            raise error


def _group(recordings: Iterable[Recording]) -> Iterator[Sequence[Recording]]:
    """Group successive recordings, as many as memory allows; a long one is a group of its own."""
    group: list[Recording] = []
    longest = 0
    for recording in recordings:
        longest = max(longest, len(recording))
        count = len(group) + 1
        if group and (count > _MAX_RECORDINGS or count * longest > _MAX_FRAMES):
            yield group
            group, longest = [], len(recording)
        group.append(recording)
    if group:
        yield group


def _check(recording: Recording, given: Given) -> tuple[Recording, float]:
    """Check a recording, and return it with its frame rate; warn if it has no body."""
    given.require_size(recording.name, recording.size)
    fps = check_fps(recording.frame_rate, f"{recording.name}: fps")
    if recording.frame_rate is None:
        recording = recording.with_note(describe_assumed_fps(fps))
    if len(recording):
        try:
            require_body(recording, recording.name)
        except InputError as error:
            line = f"{error}; its depth is a guess"
            warnings.warn(InputWarning(line, recording.name), stacklevel=4)
    return recording, fps


def _lift_nothing(recording: Recording, network: Network) -> LiftedSigner:
    """Return a recording without frames with an empty depth."""
    empty = np.empty((0, len(recording.skeleton)), np.float32)
    return recording.with_depth(empty, empty if isinstance(network, LiftingNetwork) else None), None
