"""Names of archives of recordings."""

from __future__ import annotations

#: Suffixes of archives that are opened.
ARCHIVES = (".tar", ".tar.gz", ".tgz")
