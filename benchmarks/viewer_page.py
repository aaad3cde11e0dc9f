"""Size of the viewer's page of a long recording, and the time until it shows it.

    python -m benchmarks.viewer_page [--minutes 10]

Repeats the sample recording, lifted and on mediapipe75, with noise on all 75 keypoints. Opens the
page in Chromium, which draws by software here; needs playwright.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import signlift as sl
from benchmarks.command import make_parser, run_benchmark
from signlift.viewer import write_page

FPS = 30

#: Standard deviation of the noise on the keypoints, in pixels, and on the depth, likewise.
NOISE = 0.5

#: The page is opened several times; the shortest time is that with the least other load.
REPEATS = 5

#: Frames whose drawing is timed.
DRAWN_FRAMES = 200


@dataclass(frozen=True)
class Opening:
    """Times of a page in a browser.

    Attributes
    ----------
    seconds
        From the address to the first frame of the person.
    frame_time
        Seconds that the page's own code takes for a frame, without the drawing by the GPU.
    """

    seconds: float
    frame_time: float


def long_recording(minutes: float) -> sl.Recording:
    """Make a long recording of 75 keypoints from the sample recording, there and back again."""
    sample = sl.read(sl.sample_path()).convert("mediapipe75")
    lifted = sl.load().lift(sample, complete=True)
    assert lifted.depth is not None
    assert lifted.depth_uncertainty is not None
    frames = round(minutes * 60 * FPS)
    order = np.abs(np.arange(frames) % (2 * len(lifted) - 2) - (len(lifted) - 1))
    rng = np.random.default_rng(0)

    def repeat(values: np.ndarray) -> np.ndarray:
        present = np.isfinite(values).all(axis=(0, *range(2, values.ndim)))
        # Keypoints that the sample lacks move like others.
        columns = np.where(present, np.arange(len(present)), np.flatnonzero(present)[0])
        return values[order][:, columns]

    keypoints, depth = repeat(lifted.keypoints), repeat(lifted.depth)
    uncertainty = repeat(lifted.depth_uncertainty)
    return sl.Recording(
        keypoints + rng.normal(0, NOISE, keypoints.shape),
        lifted.skeleton,
        depth=depth + rng.normal(0, NOISE, depth.shape),
        depth_uncertainty=uncertainty * np.exp(rng.normal(0, 0.05, uncertainty.shape)),
        confidence=(rng.random(depth.shape) < 0.9).astype(float),
        fps=FPS,
        name="ten minutes",
    )


def open_page(path: Path) -> Opening:
    """Open a page in Chromium several times; return the shortest times."""
    from playwright.sync_api import sync_playwright

    openings = []
    arguments = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        for _ in range(REPEATS):
            page = browser.new_page(viewport={"width": 1000, "height": 700})
            start = time.perf_counter()
            page.goto(path.as_uri())
            page.evaluate("async () => { await signlift.players[0].ready; }")
            page.evaluate("() => signlift.players[0].stage.drawNow()")
            seconds = time.perf_counter() - start
            milliseconds = page.evaluate(
                "(frames) => { const player = signlift.players[0];"
                " const start = performance.now();"
                " for (let i = 0; i < frames; i++) { player.clock.time = i / 30; player.update(); }"
                " return (performance.now() - start) / frames; }",
                DRAWN_FRAMES,
            )
            openings.append(Opening(seconds, milliseconds / 1000))
            page.close()
        browser.close()
    return Opening(
        min(each.seconds for each in openings), min(each.frame_time for each in openings)
    )


def report(options: argparse.Namespace) -> None:
    """Print the sizes and the times."""
    recording = long_recording(options.minutes)
    with tempfile.TemporaryDirectory() as name:
        start = time.perf_counter()
        path = write_page(Path(name) / "long.html", recording)
        written = time.perf_counter() - start
        size = path.stat().st_size / 1e6
        opening = open_page(path)
        small = write_page(Path(name) / "short.html", recording[:30])
        short = open_page(small)
        print(f"{len(recording)} frames, {len(recording.skeleton)} keypoints")
        print(f"size                {size:.1f} MB ({small.stat().st_size / 1e6:.1f} MB for 1 s)")
        print(f"writing             {written:.1f} s")
        print(f"opening             {opening.seconds:.1f} s ({short.seconds:.1f} s for 1 s)")
        print(f"script per frame    {1000 * opening.frame_time:.1f} ms")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = make_parser("viewer_page", __doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    return run_benchmark(parser, report, arguments)


if __name__ == "__main__":
    sys.exit(main())
