"""The examples of docs/live.md."""

import json
import re
from pathlib import Path

from signlift.core.skeleton import get_skeleton
from signlift.live.frame_parser import parse_frame
from signlift.live.protocol import parse_hello

TEXT = (Path(__file__).parents[2] / "docs" / "live.md").read_text(encoding="utf-8")


def test_the_python_example_prints_what_the_page_shows(tmp_path, monkeypatch, capsys):
    *_, code = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    (output,) = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "live.md", "exec"), {})
    assert capsys.readouterr().out == output
    assert (tmp_path / "live.npz").exists()


def test_the_lines_of_the_page_are_json_and_its_hello_is_one():
    blocks = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    lines = [json.loads(line) for block in blocks for line in block.splitlines()]
    hello = parse_hello(lines[0])
    assert (hello.skeleton.name, hello.size) == ("mediapipe75", (1280, 720))


def test_the_frames_of_the_detector_of_the_page_are_read():
    people = [[[100.0 + k, 200.0, 0.9] for k in range(17)], [[5.0, 5.0, 0.9]] * 17]
    frame = {"people": [{"keypoints": person} for person in people]}
    hello = parse_hello({"version": 1, "skeleton": "coco17", "fps": 30})
    parsed = parse_frame(json.loads(json.dumps(frame)), hello, "line 2")
    assert parsed.keypoints[:, 0].tolist() == [100.0 + k for k in range(17)]
    assert len(parsed.keypoints) == len(get_skeleton("coco17"))
