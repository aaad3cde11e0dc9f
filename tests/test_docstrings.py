"""The examples of docstrings run and give what they show."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import signlift

ROOT = Path(signlift.__file__).parent
MODULES = sorted(
    ".".join(("signlift", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    for path in ROOT.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:  # such as PyTorch
        pytest.skip(str(error))
    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert failed == 0
