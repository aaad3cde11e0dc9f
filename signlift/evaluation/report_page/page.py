"""The report page as a whole: head, contents, sections, style."""

from __future__ import annotations

from importlib.resources import files
from math import isnan

from signlift.evaluation.page_statistics.calibration import COVERAGE
from signlift.evaluation.report_page.contents import PageContents
from signlift.evaluation.report_page.markup import Markup, element, join
from signlift.evaluation.report_page.numbers import (
    format_centimetres,
    format_count,
    format_percentage,
)
from signlift.evaluation.report_page.sections.conditions import draw_conditions
from signlift.evaluation.report_page.sections.keypoints import draw_keypoints
from signlift.evaluation.report_page.sections.measures import draw_measures, finger_error
from signlift.evaluation.report_page.sections.players import draw_players
from signlift.evaluation.report_page.sections.recordings import draw_recordings
from signlift.evaluation.report_page.sections.training import draw_training
from signlift.evaluation.report_page.sections.uncertainty import draw_uncertainty
from signlift.lifting.open_network import SHIPPED

#: Nothing but what the page itself holds is loaded.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; media-src data: blob:"
)


def make_page(contents: PageContents) -> str:
    """Make the report page of an evaluation.

    Parameters
    ----------
    contents
        All that it shows.

    Returns
    -------
    A whole HTML document. It holds its style and its drawings, and loads nothing.
    """
    players = draw_players(contents.samples)
    sections = {
        "Measures": draw_measures(contents),
        "Keypoints": draw_keypoints(contents),
        "Where errors are large": draw_conditions(contents),
        "Uncertainty": draw_uncertainty(contents),
        "Recordings": draw_recordings(contents, None if players is None else players.places),
        "Training": draw_training(contents),
    }
    ids = ("measures", "keypoints", "conditions", "uncertainty", "recordings", "training")
    links = [
        element("a", name, href=f"#{link}")
        for link, (name, content) in zip(ids, sections.items(), strict=True)
        if content is not None
    ]
    title = f"Evaluation of {_model_name(contents)}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("link", rel="icon", href="data:,"),
        element("meta", name="generator", content=f"signlift {contents.version}"),
        element("title", f"{title} – signlift"),
        element("style", Markup(_read("page.css"))),
    )
    body = element(
        "body",
        element("a", "Skip to the measures", href="#measures", class_="skip"),
        _draw_header(contents, title),
        element("nav", *links, aria_label="Contents"),
        element("main", *sections.values()),
        element(
            "footer",
            f"Made by signlift {contents.version}. This page is one file: it can be mailed, and "
            "needs no network.",
        ),
        None if players is None else players.code,
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _draw_header(contents: PageContents, title: str) -> Markup:
    evaluation = contents.evaluation
    report = evaluation.report
    facts = {
        "model": _model_name(contents),
        "data": contents.data,
        "recordings": f"{format_count(report.recordings)} ({evaluation.about})",
        "trained on": ", ".join(evaluation.trained_on),
        "frames": f"{format_count(report.frames)}, with {format_count(report.depths)} depths",
        "skeleton": report.skeleton,
        "date": contents.date.strftime("%d %B %Y, %H:%M").lstrip("0"),
        "signlift": contents.version,
        "command": contents.command,
    }
    rows = [
        join(
            element("dt", name),
            element("dd", element("code", text) if name == "command" else text),
        )
        for name, text in facts.items()
        if text
    ]
    return element(
        "header",
        element("p", "signlift", class_="brand"),
        element("h1", title),
        element("div", *_draw_tiles(contents), class_="tiles"),
        element("dl", *rows),
    )


def _draw_tiles(contents: PageContents) -> list[Markup]:
    """Draw the key figures: errors beside the constant depth, and coverage."""
    report, constant = contents.evaluation.report, contents.evaluation.constant
    pairs = {
        group: (mean.centimetres(), constant.neck_relative_depth_error[group].centimetres())
        for group, mean in report.neck_relative_depth_error.items()
    }
    pairs["fingers"] = finger_error(contents)
    if not report.neck_relative_depth_error:
        pairs["all keypoints"] = (
            report.depth_error.centimetres(),
            constant.depth_error.centimetres(),
        )
    tiles = [
        _tile(
            group,
            format_centimetres(model),
            "cm",
            f"constant {format_centimetres(base)} cm",
        )
        for group, (model, base) in pairs.items()
        if not isnan(model)
    ]
    coverage = report.coverage.get("all keypoints", float("nan"))
    if not isnan(coverage):
        number, unit = format_percentage(coverage).split(" ")
        note = f"{format_percentage(COVERAGE)} if calibrated"
        tiles.append(_tile("within uncertainty", number, unit, note))
    return tiles


def _tile(name: str, number: str, unit: str, note: str) -> Markup:
    return element(
        "div",
        element("span", name, class_="name"),
        element("span", number, " ", element("small", unit), class_="number"),
        element("span", note, class_="note"),
        class_="tile",
    )


def _model_name(contents: PageContents) -> str:
    model = contents.evaluation.model
    return "the shipped weights" if model == SHIPPED else model


def _read(name: str) -> str:
    return files("signlift.evaluation.report_page").joinpath(name).read_text(encoding="utf-8")
