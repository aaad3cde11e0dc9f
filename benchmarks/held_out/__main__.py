"""Accuracy on sources that the model was not trained on, and on a real detector's keypoints.

    python -m benchmarks.held_out DATA [--models weights] [--quick] [-o held-out]

DATA holds `signs`, motion capture of signers with fingers and of other bodies, `cmu/test`, and
`rendered`, signers rendered from motion capture with MediaPipe's detections. Under `weights`, each
in a directory of its own, are exported models: no-aws (asl left out of the training), no-galt,
no-signs (both left out), no-bodies (cmu and other bodies left out) and shipped. Each source is
lifted by the model that has not seen it. Where one is missing, shipped takes its place; without
--models it is the shipped weights everywhere, whose figures on sources of their training say
nothing. Some clips of the other bodies are of motions of cmu: "new motions" are the rest, for
models that have seen cmu.

Writes tables.md and results.json. Nothing is trained; it takes a few minutes on one core.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.command import make_parser, run_benchmark
from benchmarks.held_out.experiments import measure_rendered, measure_source
from benchmarks.held_out.measures import Score, average_scores
from benchmarks.held_out.models import Models
from benchmarks.held_out.motion_cases import SOURCES
from benchmarks.held_out.rendered_cases import VIEWS
from benchmarks.held_out.tables import NOTE, format_scores, format_views, write_results
from benchmarks.held_out.targets import format_targets

#: With --quick, each recording of this number is lifted.
_QUICK_STEP = 4

#: The sources of signers, whose mean is a row of its own.
_SIGNERS = ("asl", "galt")

_RENDERED = "rendered"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables and return the exit code."""
    parser = make_parser("held_out", __doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--models", type=Path, metavar="DIRECTORY", help="exported models")
    parser.add_argument("--quick", action="store_true", help="every fourth recording")
    names = [source.name for source in SOURCES] + [_RENDERED]
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="some sources")
    parser.add_argument("--seed", type=int, default=0, help="random seed (0)")
    parser.add_argument("-o", "--out", type=Path, default=Path("held-out"), metavar="DIRECTORY")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    models, step = Models(options.models), _QUICK_STEP if options.quick else 1
    sources: dict[str, dict[str, Score]] = {}
    names: dict[str, str] = {}
    sections: list[str] = []
    for source in SOURCES:
        if source.name in options.only:
            lifter, names[source.name] = models.open(source.model)
            _report_progress(f"{source.name}, by {names[source.name]}")
            scores = measure_source(lifter, options.data, source, step=step, seed=options.seed)
            sources[source.name] = dict(scores)
            title = f"{source.name} (model: {names[source.name]})"
            sections.append(format_scores(title, sources[source.name]))
    signers = [sources[name] for name in _SIGNERS if name in sources]
    if len(signers) == len(_SIGNERS):
        mean = {name: average_scores([each[name] for each in signers]) for name in signers[0]}
        sources[" and ".join(_SIGNERS)] = mean
        sections.append(format_scores(f"mean of {' and '.join(_SIGNERS)}", mean))
    rendered: dict[str, dict[str, Score]] = {}
    if _RENDERED in options.only:
        lifter, names[_RENDERED] = models.open("no-signs")
        _report_progress(f"{_RENDERED}, by {names[_RENDERED]}")
        rendered = measure_rendered(lifter, options.data / _RENDERED, step=step)
        title = f"{_RENDERED} (model: {names[_RENDERED]})"
        overall = {method: views["all"] for method, views in rendered.items()}
        by_view = {
            method: {view: views[view] for view in VIEWS if view in views}
            for method, views in rendered.items()
        }
        sections += [format_scores(title, overall), format_views(by_view)]
    sections += [NOTE, format_targets(sources, rendered)]
    text = "\n\n".join(sections)
    print(text)
    results = {"models": names, "sources": sources, "rendered": rendered}
    write_results(options.out, text, results)


_START = time.monotonic()


def _report_progress(text: str) -> None:
    print(f"{time.monotonic() - _START:5.0f} s  {text} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
