from dataclasses import replace

import pytest
from drawn_recordings import standing

from signlift.core.body_proportions import BodyProportions
from signlift.core.person_size import describe_scale
from signlift.visualization.scene.person_scale import bar_length, measure_scale


def test_a_torso_of_50_cm_is_assumed_where_nothing_is_known():
    scale = measure_scale(standing())  # 2 px per cm
    assert (scale.cm_per_unit, scale.is_assumed) == (pytest.approx(0.5), True)
    proportions = replace(standing(), proportions=BodyProportions(torso=200.0))
    assert measure_scale(proportions).cm_per_unit == pytest.approx(0.25)


def test_the_scale_is_taken_from_the_unit_the_option_or_the_notes():
    assert measure_scale(replace(standing(), unit="m")).cm_per_unit == 100
    assert measure_scale(standing(), 0.4).cm_per_unit == 0.4
    noted = standing().with_note(describe_scale("px", 0.3))
    assert measure_scale(noted).cm_per_unit == 0.3
    assert not measure_scale(noted).is_assumed
    # The widths of limbs follow the person, not the centimetres.
    assert measure_scale(noted).body == measure_scale(standing()).body


@pytest.mark.parametrize(("width", "length"), [(29, 20), (10, 10), (140, 100), (0.5, 0.5)])
def test_a_scale_bar_has_a_round_length(width, length):
    assert bar_length(width) == length
