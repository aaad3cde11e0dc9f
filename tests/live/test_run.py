"""From sources to sinks."""

import io
import json

import numpy as np
import pytest

import signlift as sl
from signlift.core.skeleton import COCO17
from signlift.errors import InputError
from signlift.io import ReadOptions
from signlift.live.messages import format_message, to_json_numbers
from signlift.live.protocol import Hello
from signlift.live.run import run_live
from signlift.live.session import LiveSession
from signlift.live.sinks.json_lines import JsonLinesSink
from signlift.live.sinks.open_sink import check_sink, open_sink
from signlift.live.sources.json_lines import JsonLines
from signlift.live.sources.open_source import open_source
from signlift.live.sources.pacing import Pacing
from signlift.live.sources.recorded import RecordedFrames
from signlift.live.sources.source import DamagedFrame

SAMPLE = sl.read(sl.sample_path("openpose"))[:6]
HELLO = {"type": "hello", "version": 1, "skeleton": "coco17", "fps": 25}


def lines_of(recording, hello=HELLO):
    facts = {"skeleton": recording.skeleton.name, "fps": recording.fps, "size": recording.size}
    frames = [
        {
            "keypoints": to_json_numbers(recording.keypoints[t]),
            "confidence": to_json_numbers(recording.confidence[t]),
        }
        for t in range(len(recording))
    ]
    messages = [hello | facts, *frames]
    return "".join(format_message(message) + "\n" for message in messages).encode()


def as_file(*lines):
    return io.BytesIO(b"".join(line.encode() + b"\n" for line in lines))


class Clock:
    """A clock that sleeping moves on."""

    def __init__(self):
        self.now, self.naps = 100.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.now += seconds


def test_lines_of_keypoints_become_lines_of_depth_equal_to_a_causal_lift(shipped):
    source = JsonLines(io.BytesIO(lines_of(SAMPLE)))
    session = LiveSession(shipped, source.skeleton, source.frame_rate, size=source.size)
    output = io.BytesIO()
    counts = run_live(source, session, [JsonLinesSink(output)])
    first, *frames = map(json.loads, output.getvalue().splitlines())
    assert counts.lifted == len(frames) == len(SAMPLE)
    assert (first["type"], first["version"], first["skeleton"]) == ("hello", 1, "openpose137")
    expected = shipped.lift(SAMPLE, causal=True)
    for name, values in (("z", expected.depth), ("uncertainty", expected.depth_uncertainty)):
        found = np.array([frame[name] for frame in frames], float)
        np.testing.assert_allclose(found, values, atol=1e-4 * np.nanmax(np.abs(values)))
    np.testing.assert_array_equal(
        np.array([frame["x"] for frame in frames], np.float32), SAMPLE.keypoints[..., 0]
    )


def test_damaged_lines_become_errors_and_the_next_ones_are_lifted(shipped):
    good = format_message({"keypoints": [[100.0 + k, 200.0] for k in range(17)]})
    text = as_file(
        format_message(HELLO), good, "{", "", '{"keypoints": [1]}', '{"type": "ping"}', "[]", good
    )
    source = JsonLines(text)
    session, output = LiveSession(shipped, "coco17", 25), io.BytesIO()
    counts = run_live(source, session, [JsonLinesSink(output)])
    messages = [json.loads(line) for line in output.getvalue().splitlines()]
    kinds = [message["type"] for message in messages]
    assert kinds == ["hello", "frame", "error", "error", "error", "frame"]
    assert (counts.lifted, counts.damaged) == (2, 3)
    errors = [message["message"] for message in messages if message["type"] == "error"]
    assert errors == [
        "stdin, line 3: expected JSON, found damaged JSON (column 2)",
        "stdin, line 5: expected keypoints: 17 x 2 or 17 x 3 numbers (coco17), found 1",
        "stdin, line 7: expected a JSON object, found list",
    ]


def test_a_first_line_that_is_no_hello_needs_defaults():
    with pytest.raises(InputError, match="stdin, line 1: expected `skeleton`, or a first line"):
        JsonLines(as_file('{"keypoints": []}'))
    with pytest.raises(InputError, match="found the end of the lines"):
        JsonLines(io.BytesIO())
    source = JsonLines(as_file('{"keypoints": []}'), defaults=Hello(COCO17, 50))
    assert (source.frame_rate, len(list(source.frames()))) == (50, 1)
    with pytest.raises(InputError, match="version 1 of the messages or an earlier one"):
        JsonLines(as_file('{"version": 2, "skeleton": "coco17"}'))


def test_a_second_hello_and_a_line_that_is_too_long_are_damaged(monkeypatch):
    monkeypatch.setattr("signlift.live.sources.json_lines.MAX_BYTES", 100)
    monkeypatch.setattr("signlift.live.messages.MAX_BYTES", 100)
    source = JsonLines(as_file(format_message(HELLO), format_message(HELLO), "x" * 500, "{}"))
    second, long, empty = source.frames()
    assert isinstance(second, DamagedFrame) and "one hello, in the first line" in str(second.error)
    assert isinstance(long, DamagedFrame) and "at most 100 bytes" in str(long.error)
    assert np.isnan(empty.keypoints).all()


def test_a_recording_comes_at_its_times():
    clock = Clock()

    def make(interval, paced):
        return Pacing(interval, paced=paced, clock=clock, sleep=clock.sleep)

    source = RecordedFrames(SAMPLE, make_pacing=make)
    frames = list(source.frames())
    assert len(frames) == len(SAMPLE) and source.dropped == 0
    np.testing.assert_allclose(clock.naps, 1 / SAMPLE.fps)
    assert [frame.time for frame in frames] == pytest.approx(np.arange(6) / SAMPLE.fps)


def test_late_frames_are_dropped_and_the_newest_counts():
    clock = Clock()
    pacing = Pacing(0.04, clock=clock, sleep=clock.sleep)
    shown = []
    for number in pacing.follow((0.04 * t, t) for t in range(20)):
        shown.append(number)
        clock.now += 0.1  # lifting takes two and a half intervals
    assert shown == [0, 2, 4, 7, 9, 12, 14, 17, 19] or all(np.diff(shown) >= 2)
    assert pacing.dropped == 20 - len(shown) > 0
    assert clock.now - 100 < 20 * 0.04 + 0.2  # never behind


def test_without_pacing_all_frames_come_at_once(shipped):
    source = RecordedFrames(SAMPLE, paced=False)
    session = LiveSession(shipped, source.skeleton, source.frame_rate)
    assert run_live(source, session, []).lifted == len(SAMPLE)
    assert source.dropped == 0


def test_sources_are_recordings_and_lines_in_files_and_pipes(shipped, tmp_path):
    with open_source(sl.sample_path("openpose"), ReadOptions(fps=50)) as source:
        assert (source.skeleton.name, source.frame_rate) == ("openpose137", 50)
    path = tmp_path / "lines.jsonl"
    path.write_bytes(lines_of(SAMPLE))
    with open_source(path, ReadOptions()) as source:
        assert isinstance(source, JsonLines) and len(list(source.frames())) == len(SAMPLE)
    with open_source(path, ReadOptions(), stdin=io.BytesIO(lines_of(SAMPLE))) as source:
        assert source.name == "stdin"
    path = tmp_path / "several"
    body = shipped.lift(SAMPLE.convert("panoptic26"))
    sl.write_all([body, body], path, "arrays")
    with (
        pytest.raises(InputError, match="one recording, of one person, found 2"),
        open_source(path, ReadOptions()),
    ):
        pass


def test_sinks_are_stdout_files_and_addresses(tmp_path):
    stdout = io.BytesIO()
    open_sink("-", stdout).report(InputError("a"), "line 1")
    assert stdout.getvalue() == b'{"type":"error","message":"a","where":"line 1"}\n'
    sink = open_sink(str(tmp_path / "out.jsonl"), stdout)
    sink.report(InputError("b"), "line 2")
    sink.close()
    assert (tmp_path / "out.jsonl").read_bytes().endswith(b'"line 2"}\n')
    check_sink("vmc://localhost")
    check_sink("vmc://[::1]:39540/")
    for name, found in (
        ("vmc://", "vmc://HOST:PORT"),
        ("vmc://localhost:x", "found 'vmc://localhost:x'"),
        ("vmc://localhost:70000", "vmc://HOST:PORT"),
        ("http://localhost", "-, a file of JSON lines, or vmc://HOST:PORT"),
        (str(tmp_path), "found a directory"),
        (str(tmp_path / "none" / "out.jsonl"), "expected a directory, found none"),
    ):
        with pytest.raises(InputError, match="expected") as caught:
            check_sink(name)
        assert found in str(caught.value)


def test_a_stopped_reader_is_a_broken_pipe(shipped):
    class Stopped(io.BytesIO):
        def write(self, data):
            raise BrokenPipeError

    source = JsonLines(io.BytesIO(lines_of(SAMPLE)))
    session = LiveSession(shipped, source.skeleton, source.frame_rate)
    with pytest.raises(BrokenPipeError):
        run_live(source, session, [JsonLinesSink(Stopped())])


def test_lines_are_turned_and_mirrored_as_files_are():
    path = sl.sample_path("openpose")
    for options in ({"rotate": 90}, {"flip_y": True}, {"mirror": True, "rotate": 180}):
        reading = ReadOptions(**options)
        expected = sl.read(path, **options)
        with open_source(path, reading, stdin=io.BytesIO(lines_of(SAMPLE))) as source:
            frames = list(source.frames())
        assert source.size == expected.size
        np.testing.assert_allclose(
            [frame.keypoints for frame in frames], expected.keypoints[:6], atol=1e-3
        )
    lines = as_file(format_message(HELLO))
    with (
        pytest.raises(InputError, match="size: expected the size of the image, in which"),
        open_source(path, ReadOptions(mirror=True), stdin=lines),
    ):
        pass
