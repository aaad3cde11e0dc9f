"""The report page: its elements, its numbers, and that it needs nothing else."""

import json
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser

import numpy as np
import pytest

import signlift as sl
from signlift.core.skeleton import get_skeleton, other_side, side
from signlift.evaluation.evaluation_result import Evaluation
from signlift.evaluation.measures import Measures
from signlift.evaluation.page_statistics import PageStatistics
from signlift.evaluation.page_statistics.page_statistics import RecordingError
from signlift.evaluation.report_page import PageContents, Sample, make_page
from signlift.evaluation.report_page.body_layout import place_keypoints
from signlift.evaluation.report_page.body_map import HeatScale
from signlift.evaluation.report_page.curve_chart import Axis, Curve, axis_from_zero, draw_chart
from signlift.evaluation.report_page.markup import Markup, element
from signlift.training.history import EpochLosses

VOID = {"meta", "link", "br", "hr", "input"}


class Checker(HTMLParser):
    """Elements that are opened and closed in order, their ids, and addresses that they load."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.texts, self.links, self.tags = [], [], [], [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)


def parse(page):
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    assert len(set(checker.ids)) == len(checker.ids)
    for link in checker.links:
        assert link == "data:," or (link[0] == "#" and link[1:] in checker.ids)
    outside = re.sub("<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"url\((?!data:)|@import", outside)
    texts = " ".join(checker.texts)
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", texts, re.IGNORECASE)
    return checker, texts


def make_contents(skeleton=sl.PANOPTIC26, recordings=3, uncertainty=True, **options):
    rng = np.random.default_rng(0)
    J = len(skeleton)
    measures, constant, flat = (Measures(skeleton) for _ in range(3))
    statistics = PageStatistics(skeleton, "camera")
    for number in range(recordings):
        points = rng.normal(0, 30, (40, J, 3)).astype(np.float32)
        true = sl.Recording(
            points[..., :2], skeleton, depth=points[..., 2], name=f"<sign> & {number}"
        )
        depth = true.depth + rng.normal(0, 3 + number, true.depth.shape)
        widths = np.full_like(depth, 4) if uncertainty else None
        predicted = true.with_depth(depth, widths)
        measures.add(true.keypoints, depth, true.depth, 100.0, widths)
        for baseline in (constant, flat):
            baseline.add(true.keypoints, 0 * depth, true.depth, 100.0)
        statistics.add(number, true, predicted, 0 * depth, 100.0)
    evaluation = Evaluation(
        "shipped",
        f"all {recordings} recordings of the data",
        np.arange(recordings),
        measures.report(),
        constant.report(),
        "these recordings",
    )
    contents = PageContents(
        evaluation,
        statistics,
        skeleton,
        "px",
        "my <data>",
        "1.2.3",
        datetime(2026, 1, 5, 9, 30),
        flat=flat.report(),
        command="signlift evaluate 'my <data>' -o out",
    )
    return replace(contents, **options)


def test_the_page_is_well_formed_whole_and_loads_nothing():
    contents = make_contents()
    page = make_page(contents)
    checker, texts = parse(page)
    assert page.startswith("<!doctype html>")
    assert {"measures", "keypoints", "conditions", "uncertainty", "recordings"} <= set(checker.ids)
    assert "http:" not in page and "https:" not in page and "<script" not in page
    assert checker.tags.count("h1") == 1
    # Each drawing has a name and a description for those who do not see it.
    drawings = re.findall(r'<svg [^>]*role="img"[^>]*><title>.+?</title><desc>.+?</desc>', page)
    assert len(drawings) == page.count('role="img"') >= 6
    for fact in ("my <data>", "signlift evaluate 'my <data>' -o out", "5 January 2026, 09:30"):
        assert fact in texts
    assert "<data>" not in page and "<sign>" not in page  # names are escaped


def test_the_tables_hold_the_values_of_the_report():
    contents = make_contents()
    _, texts = parse(make_page(contents))
    report, constant = contents.evaluation.report, contents.evaluation.constant
    wrists = report.neck_relative_depth_error["wrists"].centimetres()
    base = constant.neck_relative_depth_error["wrists"].centimetres()
    assert f"{wrists:.2f}" in texts and f"{base:.1f}" in texts
    assert f"−{100 * (1 - wrists / base):.0f} %" in texts
    assert f"{report.procrustes_aligned_mpjpe.centimetres():.2f}" in texts
    assert f"{100 * report.pck_depth[0.05]:.0f} %" in texts
    assert f"{100 * report.coverage['elbows']:.0f} %" in texts


@pytest.mark.parametrize(
    "name", ["panoptic67", "openpose137", "mediapipe33", "mediapipe75", "coco17", "h36m17"]
)
def test_every_skeleton_has_a_body_to_draw(name):
    skeleton = get_skeleton(name)
    parse(make_page(make_contents(skeleton, recordings=1)))
    places = place_keypoints(skeleton)
    assert len(places) >= min(len(skeleton), 17)
    for name, (x, y) in places.items():
        if side(name) != "middle":
            assert places[other_side(name)] == (-x, y)
    assert len(set(places.values())) == len(places)


def test_a_page_of_one_recording_without_uncertainty_or_learning_curves():
    checker, texts = parse(make_page(make_contents(recordings=1, uncertainty=False)))
    assert "does not estimate the uncertainty" in texts
    assert "within uncertainty" not in texts
    assert "training" not in checker.ids


def test_true_depth_that_is_unknown_leaves_gaps_but_no_nan():
    contents = make_contents(sl.PANOPTIC67, recordings=0)
    skeleton = sl.PANOPTIC67
    fingers = [
        j for j, name in enumerate(skeleton.keypoints) if name[-1].isdigit() and name[0] in "LR"
    ]
    rng = np.random.default_rng(0)
    points = rng.normal(0, 30, (2, 67, 3)).astype(np.float32)
    points[:, fingers, 2] = np.nan
    true = sl.Recording(points[..., :2], skeleton, depth=points[..., 2])
    measures = Measures(skeleton)
    depth = np.zeros((2, 67), np.float32)
    measures.add(true.keypoints, depth, true.depth, 100.0)
    contents.statistics.add(0, true, true.with_depth(depth), depth, 100.0)
    report = measures.report()
    evaluation = replace(contents.evaluation, report=report, constant=report)
    _, texts = parse(make_page(replace(contents, evaluation=evaluation, flat=report)))
    assert "no true depth" in texts


def test_recordings_are_played_by_the_viewer_with_true_depth_beside_predicted():
    rng = np.random.default_rng(0)
    true = sl.Recording(rng.normal(0, 30, (5, 26, 2)), depth=rng.normal(0, 30, (5, 26)))
    predicted = true.with_depth(true.depth + 1)
    error = RecordingError(3, "</script> & worst", 12, 0.1, 0.2)
    samples = [Sample("worst", error, true, predicted)]
    page = make_page(make_contents(samples=samples))
    checker, texts = parse(page)
    assert "Worst: </script> & worst 5.00 cm, first 5 of 12 frames" in " ".join(texts.split())
    assert 'http-equiv="Content-Security-Policy" content="default-src' in page
    (payload,) = re.findall(r'id="payload-0">(.*?)</script>', page)
    (recording,) = json.loads(payload)["recordings"]
    assert recording["truth"] is not None
    assert checker.tags.count("script") == 3
    assert page.count('data-payload="payload-0"') == 1


def test_learning_curves_are_drawn_and_name_the_best_epoch():
    losses = [
        EpochLosses(0, None, 0.9),
        EpochLosses(1, 0.8, 0.31),
        EpochLosses(2, 0.05, 0.25),
        EpochLosses(3, 0.01, 0.28),
    ]
    checker, texts = parse(make_page(make_contents(losses=losses)))
    assert "training" in checker.ids
    assert "The best epoch is 2, with a loss of 0.250." in texts


def test_text_is_escaped_once_and_numbers_are_short():
    assert element("p", "a<b", element("i", "&")) == "<p>a&lt;b<i>&amp;</i></p>"
    assert element("line", x1=1.0, y1=2.129, class_="a b") == (
        '<line x1="1" y1="2.13" class="a b"></line>'
    )
    assert isinstance(element("p"), Markup)
    with pytest.raises(ValueError, match="finite"):
        element("circle", cx=float("nan"))


def test_a_curve_is_interrupted_where_it_is_unknown():
    nan = float("nan")
    curve = Curve("model", [0, 1, 2, 3, 4], [1, 2, nan, 2, 1])
    chart = draw_chart("title", "text", [curve], Axis("x", 0, 4), axis_from_zero("y", [2]))
    assert chart.count('class="curve"') == 2
    assert chart.count("<circle") == 4


def test_a_curve_above_the_axis_leaves_the_chart_instead_of_following_its_edge():
    curve = Curve("constant", [0, 1, 2], [1, 4, 1])
    chart = draw_chart("title", "text", [curve], Axis("x", 0, 2), Axis("y", 0, 2))
    top, _, bottom = sorted(float(y) for y in re.findall(r'cy="([-.\d]+)"', chart))
    axis = float(re.search(r'y1="([.\d]+)" y2="\1" class="axis"', chart)[1])
    assert axis - top == pytest.approx(4 * (axis - bottom), rel=1e-3)
    assert re.search(r'<svg x="0" y="([.\d]+)"', chart)  # the part that is cut off begins there


def test_axes_begin_at_zero_and_end_at_a_round_number():
    assert axis_from_zero("y", [7.3, float("nan")]).high == 8
    assert axis_from_zero("y", []).high == 1
    logarithmic = Axis("y", 0.01, 1, logarithmic=True)
    assert logarithmic.fraction(0.1) == pytest.approx(0.5)
    assert list(logarithmic.marks()) == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]


def test_the_area_of_a_circle_grows_as_the_error():
    scale = HeatScale.of({"a": 11.0, "b": float("nan")})
    assert scale.step == 2
    assert [scale.level(error) for error in (0, 1.9, 2, 11.9, 50)] == [0, 0, 1, 5, 5]
    assert scale.size(8) ** 2 == pytest.approx(2 * scale.size(4) ** 2)
