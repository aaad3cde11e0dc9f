"""Texts that users see, kept in files, so that a change to one of them is noticed.

Write the files anew with `UPDATE_SNAPSHOTS=1 pytest tests`, and read the difference.
"""

import os
from pathlib import Path


def check_snapshot(path: Path, text: str) -> None:
    """Compare a text with that of a file, or write the file."""
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text(), (
        f"{path.name} has changed; UPDATE_SNAPSHOTS=1 pytest writes it anew"
    )
