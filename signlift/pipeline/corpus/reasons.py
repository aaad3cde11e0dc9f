"""Reasons of failure, without what differs from file to file, so that they can be counted."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d[\d,.]*")


def reason_of(message: str) -> str:
    r"""Reduce a message to its reason: the first line, without its place and its numbers.

    Parameters
    ----------
    message
        Lines of an `InputError`.

    Examples
    --------
    >>> reason_of("in/a.pose: expected a frame with a keypoint, found none")
    'expected a frame with a keypoint, found none'
    >>> reason_of("in/b.pose: expected 1,204 bytes, found 37\nb.pose: more")
    'expected ... bytes, found ...'
    """
    line = message.partition("\n")[0]
    before, mark, after = line.partition(": expected ")
    line = f"expected {after}" if mark else before
    return _NUMBER.sub("...", line)
