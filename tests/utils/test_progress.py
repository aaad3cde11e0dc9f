import io
import time

from signlift.utils import progress
from signlift.utils.progress import progress_bar


def run(monkeypatch, *, quiet=False, interval=0.2, seconds=0.7, total=100):
    """Return the lines that work of some duration prints where there is no terminal."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(progress, "LINE_INTERVAL", interval)
    end = time.monotonic() + seconds
    with progress_bar(total, "lifting a.pose", quiet=quiet) as bar:
        while time.monotonic() < end:
            time.sleep(0.01)
            bar.update(0.5)
    return stream.getvalue().splitlines()


def test_without_a_terminal_a_line_is_printed_in_each_interval(monkeypatch):
    lines = run(monkeypatch)
    assert 2 <= len(lines) <= 4
    for line in lines:
        assert line.startswith("lifting a.pose: ") and line.endswith(" frames/s)")
        assert "\r" not in line and " of 100 frames, " in line and " left, " in line


def test_work_of_less_than_a_minute_prints_nothing(monkeypatch):
    assert progress.LINE_INTERVAL == 60
    assert run(monkeypatch, interval=60, seconds=0.1) == []


def test_quiet_work_prints_nothing(monkeypatch):
    assert run(monkeypatch, quiet=True, seconds=0.4) == []


def test_an_unknown_total(monkeypatch):
    lines = run(monkeypatch, total=0)
    assert lines and lines[0].startswith("lifting a.pose: ") and lines[0].endswith(" frames")


def test_a_terminal_sees_a_bar(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(progress, "DELAY", 0.0)
    with progress_bar(10, "lifting") as bar:
        bar.update(5)
        bar.refresh()
    assert "\r" in stream.getvalue()
