"""Damaged files of a run: one line each."""

import json

import pytest
from safetensors import safe_open
from safetensors.torch import save_file

from signlift.errors import InputError
from signlift.training.config import TrainConfig
from signlift.training.fit import train
from signlift.training.run import read_config

SMALL = TrainConfig(arch="depth-lstm", epochs=1, hidden_size=4, batch_size=3, seq_len=10)


@pytest.fixture
def data_and_run(make_data, tmp_path):
    data = make_data([10, 12, 14])
    train(data, tmp_path / "run", SMALL)
    return data, tmp_path / "run"


@pytest.mark.parametrize(
    "content",
    [
        "[" * 2000,
        "{",
        "null",
        "[]",
        '"text"',
        "9" * 400,
        "9" * 5000,
        "\ud800".encode("utf-8", "surrogatepass"),
        {"split": {"train": [10**400], "test": []}},
        {"split": {"train": [[0, 1]], "test": []}},
        {"split": {"train": [0], "test": 3}},
        {"split": None},
        {"data": 3},
        {"test_data": ["a"]},
        {"options": {"epochs": "many"}},
        {"options": {"epochs": 10**400, "nonsense": 1}},
        {"options": []},
    ],
    ids=lambda content: str(content)[:40],
)
def test_a_damaged_configuration_is_one_line(data_and_run, content):
    data, run = data_and_run
    path = run / "config.json"
    if isinstance(content, dict):
        content = json.dumps({**json.loads(path.read_text()), **content})
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as error:
        train(data, run, resume=True)
    assert error.value.problems
    assert max(map(len, error.value.problems)) <= 300


def test_a_directory_in_place_of_the_configuration_is_one_line(tmp_path):
    (tmp_path / "config.json").mkdir()
    with pytest.raises(InputError, match="found a damaged file"):
        read_config(tmp_path)


@pytest.mark.parametrize(
    "part", ["history", "epoch", "steps", "seconds", "moments", "tensors", "all"]
)
def test_a_checkpoint_without_parts_is_one_line(data_and_run, part):
    data, run = data_and_run
    path = run / "last.safetensors"
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = dict(file.metadata())
    info = json.loads(metadata["info"])
    if part in ("moments", "tensors"):
        end = "exp_avg" if part == "moments" else ("exp_avg", "exp_avg_sq", "step")
        tensors = {name: value for name, value in tensors.items() if not name.endswith(end)}
    else:
        info = {} if part == "all" else {name: v for name, v in info.items() if name != part}
    save_file(tensors, path, {**metadata, "info": json.dumps(info)})
    with pytest.raises(InputError, match="to resume it, found a checkpoint without parts") as error:
        train(data, run, epochs=2, resume=True)
    assert len(error.value.problems) == 1
