"""Files of the page: its bundle, the viewer's, and MediaPipe Holistic of its own distribution."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

_VIEWER = ("signlift.viewer", ("viewer.js", "viewer.css"))
_LIVE = ("signlift.live", ("live.js", "live.css"))

#: The page. It holds no script and no style of its own, which its policy forbids.
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>signlift live</title>
<link rel="stylesheet" href="viewer.css">
<link rel="stylesheet" href="live.css">
<script src="viewer.js" defer></script>
<script src="holistic/holistic.js" defer></script>
<script src="live.js" defer></script>
</head>
<body class="signlift-page">
<noscript>This page shows you in 3D as you sign, and needs JavaScript.</noscript>
<main id="live"></main>
</body>
</html>
"""


def find_assets() -> dict[str, Path]:
    """Find the files by their paths on the page.

    Raises
    ------
    ModuleNotFoundError
        The distribution signlift-holistic is not installed.
    """
    import signlift_holistic

    directory, names = signlift_holistic.DIRECTORY, signlift_holistic.FILES
    return page_files() | {f"holistic/{name}": directory / name for name in names}


def page_files() -> dict[str, Path]:
    """Find the files that signlift itself holds."""
    return {
        name: Path(str(resources.files(package) / "static" / name))
        for package, names in (_VIEWER, _LIVE)
        for name in names
    }
