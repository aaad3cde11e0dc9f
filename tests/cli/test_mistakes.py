"""Mistakes on the command line, in one line each."""

import subprocess
import sys

import pytest

from signlift.cli.main import app, main
from signlift.cli.mistakes import name_options
from signlift.errors import parameter_problem, problem


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            "nonsense",
            "signlift: unknown verb 'nonsense'; the verbs are lift, live, view, plot, formats,",
        ),
        ("lfit a", "signlift: unknown verb 'lfit' (did you mean lift?)"),
        (
            "--lift a",
            "signlift: unknown option --lift; its verbs are lift, live, view, plot, formats,",
        ),
        ("train a -o b --epoch 3", "signlift train: unknown option --epoch (did you mean --epo"),
        ("lift a.npy --no-quiet -o b", "signlift lift: unknown option --no-quiet"),
        ("prepare a b c -o d", "signlift prepare: unexpected 'c'"),
        ("train a -o b -o c", "-o: expected once, found twice"),
        ("train a -o b --epochs x", "--epochs: expected a whole number, found 'x'"),
        ("train a -o b --epochs 1.5", "--epochs: expected a whole number, found '1.5'"),
        ("lift a -o b --person none", "--person: expected a whole number or all, found 'none'"),
        ("lift a -o b --fps none", "--fps: expected a number, found 'none'"),
        ("lift a -o b --size 640 4.5", "--size: expected two whole numbers, found '640' '4.5'"),
        ("lift a -o b --quiet=maybe", "--quiet: expected true or false, found 'maybe'"),
        ("lift a -o --quiet", "--out: expected a path, found '--quiet'"),
        ("lift a --lift -o b", "signlift lift: unknown option --lift"),
        ("train a -o b --epochs", "--epochs: expected a whole number, found none"),
        ("train a -o b --loss x", "--loss: expected mse or l1, found 'x'"),
        ("train a -o b --learning-rate x", "--learning-rate: expected a number, found 'x'"),
        ("project a -o b --distance x y", "--distance: expected two numbers, found 'x' 'y'"),
        ("project a -o b --distance 1", "--distance: expected two numbers, found '1'"),
        ("project a -o b --up w", "--up: expected x, y, z, -x, -y or -z, found 'w'"),
        ("project a -o b --up -x", "a: expected"),
        ("project a.bvh -o b --cameras 0", "--cameras: expected"),
        ("project a.bvh -o b --distance 3 1", "--distance: expected"),
        ("train a -o b --epochs 0", "--epochs: expected a number above 0"),
        ("train a -o b --skeleton smpl", "--skeleton: expected one of panoptic26"),
        ("train nowhere -o b", "nowhere: expected a "),
        ("test nowhere a", "nowhere: expected a trained run"),
        ("prepare a b", "signlift prepare: missing --out"),
        ("train", "signlift train: missing DATA and --out"),
        ("lift", "signlift lift: missing INPUT and --out"),
        ("demo --epochs 3", "--epochs: expected --train with it, found none"),
        ("lift a.npy -o b.npy --model c.onnx", "c.onnx: expected a .onnx file"),
        ("export a -o b.onnx", "a: expected a trained run"),
        ("lift a.npy -o b.npy --model c", "c: expected a trained run"),
        ("triangulate a --calibration c -o d --offset 1,x", "--offset: expected whole numbers"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments, expected, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(expected)
    assert list(tmp_path.iterdir()) == []


def test_all_problems_are_printed_in_one_line_each(capsys):
    assert main(["train", "a", "-o", "b", "--epochs", "0", "--seq-len", "-1"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "--epochs: expected a number above 0, found 0",
        "--seq-len: expected a number above 0, found -1",
    ]
    assert main(["train", "a", "--epochs", "ten", "--seq-len", "x"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "signlift train: missing --out",
        "--epochs: expected a whole number, found 'ten'",
        "--seq-len: expected a whole number, found 'x'",
    ]


def test_a_missing_package_is_one_line():
    code = (
        "import sys; sys.modules['torch'] = None; from signlift.cli.main import main; "
        "sys.exit(main(['train', 'a', '-o', 'b']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "PyTorch is not installed; run pip install 'signlift[train]'\n"


def test_parameters_are_named_as_options_of_the_verb():
    line = parameter_problem("max_gap", expected="less than `fps` or `unknown_name`", found=3)
    assert name_options(line, app["lift"]) == (
        "--max-gap: expected less than --fps or `unknown_name`, found 3"
    )
    line = parameter_problem("inputs", expected="a file", found="none")
    assert name_options(line, app["lift"]) == "INPUT: expected a file, found none"
    assert name_options(line, app["demo"]) == "inputs: expected a file, found none"
    file = problem("fps", expected="a file", found="none")  # a file of this name
    assert name_options(file, app["lift"]) == file


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        (["clip.npy", "-o", ""], "-o"),
        (["clip.npy", "--out="], "--out"),
        (["", "-o", "a.npz"], "arguments"),
    ],
)
def test_empty_arguments_do_not_stand_for_the_current_directory(arguments, where, capsys):
    assert main(["lift", *arguments]) == 2
    expected = "something that is not empty (a variable of the shell that is not set?)"
    assert capsys.readouterr().err == f"{where}: expected {expected}, found ''\n"
