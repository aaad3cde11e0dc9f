"""Help texts and messages of the command line, as they are kept in snapshots/."""

from pathlib import Path

import numpy as np
import pytest
from snapshots import check_snapshot

from signlift.cli.main import app, main
from signlift.samples import sample_path

SNAPSHOTS = Path(__file__).parent / "snapshots"

MISTAKES = """
frobnicate
lfit signer.pose
--verbose lift
lift
lift signer.pose
lift signer.pose out.bvh
lift signer.pose -o out.xyz
lift nothing.pose -o out.bvh
lift empty.pose -o out.bvh
lift text.txt -o out.bvh
lift empty -o out
lift signer.pose -o signer.pose
lift signer.pose -o out.bvh --format csv
lift signer.pose -o out.bvh --fsp 30
lift signer.pose -o out.bvh --fps abc
lift signer.pose -o out.bvh --fps -1 --height 1.72 --person -1 --max-gap -2
lift signer.pose -o out.bvh --height 172 --scale 0.1
lift signer.pose -o out.bvh --size 640
lift signer.pose -o out.bvh --skeleton coco
lift signer.pose -o out.bvh --smooth kalman
lift signer.pose -o out.bvh --uncertainty
lift signer.pose -o out.npy --person 2
lift signer.pose -o out.npy --model nothing
lift signer.pose -o out.npy --proportions text.txt
lift signer.pose -o out.npy --save-proportions me.txt
lift - -o -
train
train empty -o run --epochs ten --seq-len 1.5 --loss huber
train empty -o run --epochs 0 --batch-size 0 --test-fraction 2 --skeleton smpl
train nothing -o run
evaluate
evaluate text.txt
test nothing text.txt
export nothing -o model.onnx
prepare text.txt
prepare a.npy b.npy c.npy -o out.npy
project text.txt -o out
project text.txt -o out --distance 1 --up w
project text.txt -o out --cameras 0 --upper-body 2
triangulate a.npy b.npy -o out
triangulate a.npy b.npy --calibration text.txt -o out --offset 1,x
demo --epochs 3
demo --recordings none
--install-completion tcsh
"""


@pytest.mark.parametrize("verb", ["", *(name for name in app if name[0] != "-")])
def test_help_texts(verb, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main([*verb.split(), "--help"]) == 0
    check_snapshot(SNAPSHOTS / f"help_{verb or 'signlift'}.txt", capsys.readouterr().out)


def test_messages(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("signer.pose").write_bytes(sample_path("openpose").read_bytes())
    Path("text.txt").write_text("hello\n")
    Path("empty.pose").touch()
    Path("empty").mkdir()
    for name in "abc":
        np.save(f"{name}.npy", np.zeros((1, 2, 52), np.float32))
    files = sorted(Path().iterdir())
    transcript = []
    for arguments in MISTAKES.strip().splitlines():
        assert main(arguments.split()) == 2, arguments
        captured = capsys.readouterr()
        assert captured.out == ""
        transcript.append(f"$ signlift {arguments}\n{captured.err}")
    assert sorted(Path().iterdir()) == files  # a mistake leaves no file behind
    check_snapshot(SNAPSHOTS / "messages.txt", "\n".join(transcript))
