"""Text that can be written to files."""

from __future__ import annotations


def encodable(text: str) -> str:
    r"""Replace what UTF-8 does not hold: bytes of file names, and halves of characters.

    Examples
    --------
    >>> encodable("caf\udce9.pose"), encodable("café")
    ('caf�.pose', 'café')
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        try:
            return text.encode(errors="surrogateescape").decode(errors="replace")
        except UnicodeEncodeError:
            return text.encode(errors="replace").decode()
    return text
