import shutil
from importlib.resources import files

import pytest

from benchmarks.held_out.models import NOT_HELD_OUT, Models
from signlift.errors import InputError
from signlift.model.graph_metadata import HANDS_FILE


@pytest.fixture
def weights(tmp_path):
    for name in ("no-galt", "shipped"):
        (tmp_path / name).mkdir()
        for graph in files("signlift.weights").iterdir():
            if graph.name.endswith(".onnx"):
                shutil.copy(str(graph), tmp_path / name / graph.name)
        (tmp_path / name / HANDS_FILE).touch()
    return tmp_path


def test_a_model_is_opened_by_name(weights):
    models = Models(weights)
    lifter, label = models.open("no-galt")
    assert (lifter.path, label) == (weights / "no-galt", "no-galt")
    assert models.open("no-galt")[0] is lifter


def test_a_model_without_hands_is_named_so(weights):
    (weights / "no-galt" / HANDS_FILE).unlink()
    assert Models(weights).open("no-galt")[1] == "no-galt, hands of shipped"
    assert Models(weights).open("no-aws")[1] == NOT_HELD_OUT


def test_the_shipped_weights_take_the_place_of_others(weights):
    lifter, label = Models(weights).open("no-aws")
    assert (lifter.path, label) == (weights / "shipped", NOT_HELD_OUT)
    assert Models().open("no-aws")[0].path is None


def test_one_model_is_used_for_all(weights):
    lifter, label = Models(weights / "no-galt").open("no-aws")
    assert (lifter.path, label) == (weights / "no-galt", "no-galt")


def test_no_model(tmp_path):
    with pytest.raises(InputError, match="expected an exported model, or a directory of them"):
        Models(tmp_path)
