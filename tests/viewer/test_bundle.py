import hashlib
from importlib import resources
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "viewer"
BUNDLE = resources.files("signlift.viewer") / "static" / "viewer.js"
LIVE_BUNDLE = resources.files("signlift.live") / "static" / "live.js"


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the sources of the front end are not here")
@pytest.mark.parametrize("bundle", [BUNDLE, LIVE_BUNDLE], ids=["viewer", "live"])
def test_the_bundle_is_that_of_the_sources(bundle):
    names = [path.relative_to(SOURCES).as_posix() for path in SOURCES.glob("src/**/*.*")]
    digest = hashlib.sha256()
    for name in sorted([*names, "build.mjs", "package-lock.json"]):
        digest.update(f"{name}\0".encode() + (SOURCES / name).read_bytes() + b"\0")
    first_line = bundle.read_text(encoding="utf-8").split("\n", 1)[0]
    assert first_line.endswith(digest.hexdigest()), "the bundle is stale: run `make viewer`"


def test_the_bundle_has_the_licence_of_three_js():
    head = BUNDLE.read_text(encoding="utf-8")[:3000]
    assert "The MIT License" in head
    assert "three.js authors" in head
    assert "shall be included in" in head


def test_the_live_bundle_is_small():
    """It takes three.js from the viewer's, and MediaPipe from a distribution of its own."""
    assert len(LIVE_BUNDLE.read_bytes()) < 100_000
