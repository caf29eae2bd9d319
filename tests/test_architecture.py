"""The house stands: imports run down, one home for each noun, every page and chart has its parts."""

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from dashapp.charts.catalogue import CHARTS
from dashapp.pages import PAGES

ROOT = Path(__file__).parents[1]
OURS = [p for folder in ("pipeline", "analytics", "ml", "dashapp") for p in sorted((ROOT / folder).rglob("*.py"))]
ids = [str(p.relative_to(ROOT)) for p in OURS]


def test_imports_run_down() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "path",
    [p for p in OURS if p.read_text().strip()],
    ids=[i for i, p in zip(ids, OURS, strict=True) if p.read_text().strip()],
)
def test_a_module_opens_with_a_sentence_and_stays_short(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 320


COMPILED = {"split"}  # a call inside a compiled loop counts references at every visit: six times the work


@pytest.mark.parametrize("path", OURS, ids=ids)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    nodes = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)]
    assert [n.name for n in nodes if n.end_lineno and n.end_lineno - n.lineno > 45 and n.name not in COMPILED] == []


def test_no_file_is_named_for_nothing() -> None:
    assert [p.name for p in OURS if p.stem in ("utils", "helpers", "common", "constants", "misc")] == []


def test_every_package_that_is_imported_is_required() -> None:
    own = {"pipeline", "analytics", "ml", "dashapp", "settings", *sys.stdlib_module_names}
    known, required = packages_distributions(), set()
    for file in ("requirements.txt", "requirements-engines.txt"):
        lines = (ROOT / file).read_text().splitlines()
        required |= {re.split(r"[\[=]", line)[0].lower() for line in lines if line and not line.startswith("#")}
    for path in (*OURS, *ROOT.glob("*.py")):
        for name in imported(path) - own:
            made_by = {distribution.lower().replace("_", "-") for distribution in known[name]}
            assert made_by & required, f"{path.name} imports {name}: {made_by}"


def imported(path: Path) -> set[str]:
    """The top-level names of what a file imports, inside of functions too."""
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_only_declares(name: str) -> None:
    tree = ast.parse((ROOT / "dashapp" / "pages" / f"{name}.py").read_text())
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda)]


def test_every_chart_says_what_it_is_about() -> None:
    assert all(c.about.endswith(".") and c.title and c.name == key for key, c in CHARTS.items())
