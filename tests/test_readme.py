"""The README's example does what it says."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"

pytestmark = pytest.mark.usefixtures("short_animations")


def test_the_python_example_runs(tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(compile(code, README.name, "exec"), names)
    files = {path.name for path in tmp_path.iterdir()}
    assert files == {"signer.csv", "signer.csv.json", "signer.gif"}
    assert len(names["depths"]) == len(names["recording"])


def test_the_example_of_training_runs(tmp_path, monkeypatch, capsys):
    text = (README.parent / "docs" / "training.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    small = code.replace("recordings=200", "recordings=4").replace("epochs=40", "epochs=1")
    assert small.count("recordings=4") == small.count("epochs=1") == 1
    monkeypatch.chdir(tmp_path)
    exec(compile(small, "training.md", "exec"), {})
    assert "MPJPE" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"data", "runs", "exported"}
