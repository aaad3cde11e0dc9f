"""Chromium in tests. It draws by software, so that no GPU is needed."""

import shutil
from contextlib import contextmanager

import pytest

#: A camera that shows a moving pattern, which nobody has to allow.
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")

_ARGUMENTS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def open_browser(*arguments):
    """Start Chromium until the end of a block; skip the tests that need it where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip(f"needs one of {', '.join(_NAMES)}")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*_ARGUMENTS, *arguments])
        yield browser
        browser.close()
