"""What the command line imports before it lifts a short recording."""

import subprocess
import sys

import signlift as sl

#: Modules that take long to import, and that lifting a .pose file does not need.
SLOW = (
    "asyncio",
    "importlib.metadata",
    "jaxtyping",
    "matplotlib",
    "numpy.ma",
    "sqlite3",
    "torch",
    "tqdm",
)

CODE = f"""
import sys
from signlift.cli.main import main
code = main(sys.argv[1:])
print(code, *(name for name in {SLOW} if name in sys.modules))
"""


def test_lifting_a_pose_file_imports_nothing_slow_that_it_does_not_need(tmp_path):
    recording = sl.read(sl.sample_path("openpose"))[:20]
    sl.write(recording, tmp_path / "a.pose")
    arguments = ["lift", str(tmp_path / "a.pose"), "-o", str(tmp_path / "b.pose"), "--quiet"]
    command = [sys.executable, "-c", CODE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0"], done.stderr
