"""The pages of the documentation: every public name, working links, and options that exist."""

import re
import subprocess
import sys

import pytest
from example_pages import ROOT

import signlift as sl

PAGES = [
    *(path for path in ROOT.glob("*.md")),
    *(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts),
]


def test_the_reference_has_every_public_name_once():
    text = "\n".join(path.read_text() for path in (ROOT / "docs/api").glob("*.md"))
    directive = r"^\.\. (?:auto(?:function|class|exception|data)|py:data):: (\w+)$"
    names = re.findall(directive, text, re.MULTILINE)
    assert sorted(names) == sorted(sl.__all__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    for link in links:
        if not re.match(r"[a-z]+:", link):
            assert (page.parent / link).exists(), link


def test_every_page_of_the_site_is_in_a_table_of_contents():
    docs = ROOT / "docs"
    pages = {path for path in PAGES if docs in path.parents}
    listed = {docs / "index.md"}
    for page in pages:
        for block in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text(), re.DOTALL):
            names = re.findall(r"^[\w/-]+$", block, re.MULTILINE)
            listed |= {page.parent / f"{name}.md" for name in names}
    assert pages == listed


def commands():
    """Return the command lines of the documentation: (page, verb, options)."""
    found = set()
    for page in PAGES:
        for line in re.findall(r"^ *(?:\$ )?signlift (\w+.*)$", page.read_text(), re.MULTILINE):
            verb, *words = re.split(r"\s{2,}|\s#", line)[0].split()
            options = tuple(word for word in words if re.fullmatch(r"--?[a-z-]+", word))
            found.add((str(page.relative_to(ROOT)), verb, options))
    return sorted(found)


@pytest.fixture(scope="module")
def help_of():
    texts = {}

    def text(verb):
        if verb not in texts:
            command = [sys.executable, "-m", "signlift", verb, "--help"]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, f"{verb}: {done.stderr}"
            texts[verb] = done.stdout
        return texts[verb]

    return text


@pytest.mark.parametrize(("page", "verb", "options"), commands())
def test_a_command_of_the_documentation_has_its_options(page, verb, options, help_of):
    for option in options:
        assert re.search(rf"(?<![\w-]){option}\b", help_of(verb)), option


def test_every_module_that_the_documentation_runs_exists():
    for page in PAGES:
        for name in re.findall(r"python\s+-m\s+((?:benchmarks|signlift)[\w.]*)", page.read_text()):
            path = ROOT / name.rstrip(".").replace(".", "/")
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), (page, name)


def test_every_script_and_target_of_the_documentation_exists():
    makefile = (ROOT / "Makefile").read_text()
    for page in PAGES:
        text = page.read_text()
        for path in re.findall(r"docs/scripts/\w+\.py", text):
            assert (ROOT / path).exists(), (page, path)
        for target in re.findall(r"(?:^ {4}|`)make ([a-z-]+)", text, re.MULTILINE):
            assert f"\n{target}:" in makefile, (page, target)


def test_the_drawing_of_the_architecture_is_made_from_the_layers(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs/scripts")
    import draw_architecture

    assert draw_architecture.IMAGE.read_text() == draw_architecture.draw()
