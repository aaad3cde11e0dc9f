"""The worked examples of the documentation run, and print and draw what their pages show."""

import importlib.util

import pytest
from example_pages import PAGES, code_blocks, drawn_images, required_modules, run_block


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_example_runs_and_prints_what_its_page_shows(
    page, tmp_path, monkeypatch, short_animations
):
    text = page.read_text()
    for module in required_modules(text):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"needs {module}")
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "example"}
    for block in code_blocks(text):
        output = run_block(block, page, names)
        if block.output is not None:
            assert output.split() == block.output.split(), f"{page}, line {block.line}"
    for image in drawn_images(text):
        (drawn,) = tmp_path.rglob(image)
        assert drawn.stat().st_size > 1000


def test_there_are_at_least_eight_examples():
    assert len(PAGES) >= 8
    assert all(code_blocks(page.read_text()) for page in PAGES)
