"""Nothing leaves the machine, and nothing is written beside what was asked for."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import signlift as sl

PACKAGE = Path(sl.__file__).parent


def environment(home):
    """Variables of a new user. ONNX Runtime sends nothing where CI or similar ones are set."""
    variables = {"PATH": os.environ["PATH"], "HOME": str(home)}
    return variables | {"PYTHONPATH": str(PACKAGE.parent), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    return home


def test_lifting_leaves_no_file_in_an_empty_home(home, tmp_path):
    command = [sys.executable, "-m", "signlift", "lift", str(sl.sample_path()), "-o", "out.npy"]
    subprocess.run(command, check=True, cwd=tmp_path, env=environment(home))
    assert list(home.rglob("*")) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "out.npy"]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_lifting_opens_no_connection(home, tmp_path):
    code = f"import signlift as sl; sl.load().lift(sl.read({str(sl.sample_path())!r}))"
    log = tmp_path / "calls"
    trace = ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(log)]
    done = subprocess.run(
        [*trace, sys.executable, "-c", code], env=environment(home), capture_output=True, text=True
    )
    if "ptrace" in done.stderr.lower():
        pytest.skip("processes cannot be traced here")
    assert done.returncode == 0, done.stderr
    calls = [line for line in log.read_text().splitlines() if "AF_INET" in line]
    assert calls == []
    assert list(home.rglob("*")) == []


def test_one_module_imports_onnxruntime():
    importers = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] == "onnxruntime" for name in names):
                importers.add(path.relative_to(PACKAGE).as_posix())
    assert importers == {"lifting/backends/onnx_session.py"}
