import subprocess
import sys

import numpy as np
import pytest

from signlift.utils.array_types import Float

CODE = """
import sys
import numpy as np
import signlift.io, signlift.lifting.load
from signlift.utils.array_types import Float
print(Float[np.ndarray, "3"] is np.ndarray, "jaxtyping" in sys.modules)
"""


def test_the_tests_check_shapes():
    assert isinstance(np.zeros(3, np.float32), Float[np.ndarray, "3"])
    assert not isinstance(np.zeros(4, np.float32), Float[np.ndarray, "3"])


@pytest.mark.parametrize("first", ["", "import jaxtyping"])
def test_shapes_are_those_of_jaxtyping_if_a_program_has_imported_it(first):
    command = [sys.executable, "-c", first + CODE]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == (["False", "True"] if first else ["True", "False"])
