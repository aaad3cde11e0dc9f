"""Help texts of the program and of its verbs."""

import subprocess
import sys
from typing import get_args

import pytest

from signlift.cli.main import app, main
from signlift.cli.options import SkeletonName
from signlift.cli.verbs.lift import FormatName
from signlift.core.skeleton import MESH_SKELETONS, SKELETONS
from signlift.io.writer_registry import WRITERS

VERBS = [name for name in app if not name.startswith("-")]


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example(verb, capsys):
    assert main([verb, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"\n  signlift {verb}" in text
    assert "None" not in text
    assert "False" not in text


@pytest.mark.parametrize("width", [60, 80, 200])
def test_help_is_wrapped_to_the_terminal(width, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    for verb in ([], *([verb] for verb in VERBS)):
        assert main([*verb, "--help"]) == 0
        lines = capsys.readouterr().out.splitlines()
        longest = max(len(line) for line in lines if "|" not in line)
        assert longest <= min(width, 96)
        assert not any(line.endswith(" ") for line in lines)


def test_the_names_in_the_help_are_those_of_the_library():
    skeletons = (*SKELETONS, *MESH_SKELETONS)
    assert set(get_args(SkeletonName)) == {skeleton.name for skeleton in skeletons}
    assert set(get_args(FormatName)) == {writer.name for writer in WRITERS}


def test_version_and_no_verb(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip().count(".") == 2
    assert main([]) == 0
    assert "demo" in capsys.readouterr().out


HEAVY = "numpy", "torch", "matplotlib", "onnxruntime", "scipy", "pose_format", "jaxtyping"


@pytest.mark.parametrize(
    ("arguments", "modules"),
    [
        ("--help", HEAVY),
        *((f"{verb} --help", HEAVY) for verb in VERBS),
        ("train a -o b --epochs ten", HEAVY),
        ("train a -o b --epochs 0", ("torch", "onnxruntime")),
        ("train", HEAVY),
        ("lift a.npy", HEAVY),
        ("demo --epochs 3", HEAVY),
    ],
)
def test_help_and_wrong_options_import_no_heavy_package(arguments, modules):
    code = (
        "import sys; from signlift.cli.main import main; main(sys.argv[1:]); "
        f"print([name for name in {modules} if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, *arguments.split()]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert text.splitlines()[-1] == "[]"
