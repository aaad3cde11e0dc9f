import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from signlift.errors import InputError
from signlift.visualization import plot_errors_by_keypoint
from signlift.visualization.error_bars import format_with_equal_decimals

NAN = float("nan")


def test_a_bar_for_each_keypoint_the_largest_on_top():
    errors = {"Nose": 3.0, "Neck": 1.0, "LHand": 12.0, "LHeel": float("nan")}
    figure = plot_errors_by_keypoint(errors, unit="cm")
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "LHand",
        "Nose",
        "Neck",
        "LHeel",
    ]
    assert [bar.get_width() for bar in axes.patches] == [12, 3, 1, 0]
    bottom, top = axes.get_ylim()
    assert bottom > top  # the first row is the upper one
    assert [text.get_text() for text in axes.texts] == ["12.0", "3.0", "1.0", "not observed"]
    assert axes.get_xlabel() == "mean absolute depth error (cm)"
    assert axes.get_legend() is None


def test_the_baseline_is_drawn_behind():
    errors = {"Nose": 3.0, "Neck": 1.0}
    (axes,) = plot_errors_by_keypoint(errors, baseline={"Nose": 9.0}).axes
    assert [bar.get_width() for bar in axes.patches] == [9, 0, 3, 1]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["constant depth", "predicted"]
    assert axes.get_xlim()[1] > 9


@pytest.mark.parametrize("errors", [{"Nose": 0.0}, {"Nose": float("nan")}, {"Nose": 2.0}])
def test_errors_are_written(errors, tmp_path):
    path = tmp_path / "errors.png"
    plot_errors_by_keypoint(errors, path)
    with Image.open(path) as image:
        assert image.size[0] > 500
    assert isinstance(plot_errors_by_keypoint(errors), Figure)


def test_the_numbers_stand_in_a_column_right_of_all_bars():
    errors = {"LHand": 0.444, "RHand": 0.41, "Nose": 0.0611, "LHeel": NAN}
    figure = plot_errors_by_keypoint(errors, baseline={"RHand": 0.6, "Nose": 0.5, "LHeel": 0.2})
    figure.canvas.draw()
    (axes,) = figure.axes
    *numbers, unknown = axes.texts
    assert [text.get_text() for text in numbers] == ["0.444", "0.410", "0.061"]
    boxes = [text.get_window_extent() for text in numbers]
    assert np.ptp([box.x1 for box in boxes]) < 1  # the points lie below each other
    bars = max(bar.get_window_extent().x1 for bar in axes.patches)
    assert bars < axes.bbox.x1 < min(box.x0 for box in boxes)
    assert max(box.x1 for box in boxes) <= figure.bbox.x1
    # What was not observed says so right of its baseline.
    assert unknown.get_window_extent().x0 > axes.transData.transform((0.2, 3))[0]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([123.4, 5.0], ["123", "5"]),
        ([12.0, NAN, 0.5], ["12.0", "", "0.5"]),
        ([0.0], ["0"]),
        ([NAN], [""]),
    ],
)
def test_all_numbers_have_the_same_decimals(values, texts):
    assert format_with_equal_decimals(np.array(values)) == texts


def test_a_baseline_better_than_the_model_is_marked_across_its_bar():
    figure = plot_errors_by_keypoint({"Nose": 3.0, "Neck": 1.0, "L": 0.5}, baseline={"Nose": 2.0})
    (axes,) = figure.axes
    (marks,) = axes.collections
    ((low, high),) = [path.vertices for path in marks.get_paths()]
    assert low[0] == high[0] == 2
    blue = axes.patches[3]
    assert low[1] < blue.get_y() < blue.get_y() + blue.get_height() < high[1]
    assert marks.get_zorder() > blue.get_zorder()


def test_without_any_error_one_note_says_so():
    figure = plot_errors_by_keypoint({"Nose": NAN, "Neck": NAN}, baseline={"Nose": NAN})
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.texts] == ["nothing measured"]
    assert not len(axes.get_xticks())
    (axes,) = plot_errors_by_keypoint({"Nose": NAN}, baseline={"Nose": 2.0}).axes
    assert [text.get_text() for text in axes.texts] == ["not observed"]


def test_no_keypoint_and_unknown_suffix(tmp_path):
    with pytest.raises(InputError, match="errors: expected at least one keypoint"):
        plot_errors_by_keypoint({})
    with pytest.raises(InputError, match=r"a.gif: expected a name that ends in one of .png"):
        plot_errors_by_keypoint({"Nose": 1.0}, tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())
