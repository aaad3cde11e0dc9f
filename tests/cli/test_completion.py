"""Completion in the shell."""

import subprocess
from pathlib import Path

import pytest

from signlift.cli.main import main

COMPLETE = """
source {script}
COMP_WORDS=({words} "{last}")
COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_signlift
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "last", "expected"),
    [
        ("signlift", "li", ["lift", "live"]),
        ("signlift lift a.npy", "--smo", ["--smooth"]),
        ("signlift lift a.npy --smooth", "sav", ["savitzky-golay"]),
        ("signlift lift a.npy --skeleton", "coco", ["coco17", "coco18"]),
        ("signlift lift", "sign", ["signer.pose"]),
        ("signlift train data --out", "sign", ["signer.pose"]),
    ],
)
def test_bash_completes_verbs_options_values_and_files(
    words, last, expected, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    Path("signer.pose").touch()
    assert main(["--print-completion", "bash"]) == 0
    script = tmp_path / "completion.bash"
    script.write_text(capsys.readouterr().out)
    code = COMPLETE.format(script=script, words=words, last=last)
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == expected, done.stderr


@pytest.mark.parametrize(("shell", "name"), [("zsh", "_signlift"), ("fish", "signlift")])
def test_other_shells_know_verbs_and_options(shell, name, capsys):
    assert main(["--print-completion", shell]) == 0
    text = capsys.readouterr().out
    for word in (name, "triangulate", "save-proportions", "savitzky-golay"):
        assert word in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_installed_when_asked_and_nothing_else_is_written(
    shell, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("ZSH", "ZSH_CUSTOM", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert main(["lift", "--help"]) == 0
    assert list(tmp_path.iterdir()) == []
    capsys.readouterr()
    assert main(["--install-completion", shell]) == 0
    path, hint = capsys.readouterr().out.splitlines()
    assert hint.startswith(f"{shell} loads it in new shells")
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [Path(path)]
    assert "triangulate" in Path(path).read_text()


def test_an_unknown_shell_is_a_mistake(capsys):
    assert main(["--install-completion", "tcsh"]) == 2
    assert capsys.readouterr().err == "SHELL: expected zsh, bash or fish, found 'tcsh'\n"
    assert main(["--print-completion"]) == 2
    assert capsys.readouterr().err == "signlift --print-completion: missing SHELL\n"
