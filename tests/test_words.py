"""The words of the glossary (docs/glossary.md): in docstrings, code, messages and documentation."""

import ast
import re
from pathlib import Path

import pytest

import signlift

PACKAGE = Path(signlift.__file__).parent
ROOT = PACKAGE.parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
RELATIVE_CLAUSE = re.compile(r"(What|How|Where|Which|Who|Whether|That|Whatever)\b")
REPLACED = re.compile(
    r"(?<!\.)\b(told|tells?|mends?|mended|how far off|what is known of)\b"
    r"|\bthe (seed's|twin|recipe)\b",
    re.IGNORECASE,
)


def replaced_words(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [f"{path.name}:{n}: {line}" for n, line in enumerate(lines, 1) if REPLACED.search(line)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_docstrings_begin_with_a_verb_or_a_noun_phrase(path):
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    clauses = [
        f"{path.name}:{getattr(node, 'lineno', 1)}: {text.splitlines()[0]}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, kinds)
        and (text := ast.get_docstring(node)) is not None
        and RELATIVE_CLAUSE.match(text)
    ]
    assert clauses == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_code_uses_the_words_of_the_glossary(path):
    assert replaced_words(path) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_use_the_words_of_the_glossary(path):
    # The glossary names the words that it replaces; the changelog, what was renamed.
    if path.name not in ("glossary.md", "CHANGELOG.md", "original_repository.md"):
        assert replaced_words(path) == []
