"""Each guard of the books, goods and rights is named by a test, and the test fails when the guard is taken out (R26.3).

The lists stand beside this module. A guard of the code is a ``text`` in the file ``at`` and what stands there ``instead`` once
it is out (nothing, if that is not said); a guard of the database is taken out by a statement, ``schema``. ``test`` is who shows
it; its name or docstring names the guard. ``make soak`` takes each of them out, in a copy of the tree.
"""

import ast
import functools
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
HERE = Path(__file__).parent
PROOFS = HOUSE / "docs" / "proofs.md"
PARTS = ("marketplace", "search", "tests", "templates", ".ci", "pyproject.toml", "setup.cfg", "wsgi.py")
TEMPLATE = "marketplace/testing/plugin.py"
MIGRATED = "        for load in references:\n"
"""Where the database of all tests has its tables, and nothing in them."""
PATIENCE_SECONDS, PATIENCE_WITH_ALL = 300, 1_800
NAMES = re.compile(r"`([a-z0-9_]+/test_\w+\.py)`|(?<![/\w])(test_\w+)")
"""A module of tests, or a test of the module that was named before it."""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One guard: what it is called, where it stands, what is there without it, and the test that fails then."""

    name: str
    test: str
    at: str = TEMPLATE
    text: str = MIGRATED
    instead: str = ""
    schema: str = ""

    @property
    def replaced(self) -> str:
        """Return what stands in the place of ``text`` when the guard is out."""
        if not self.schema:
            return self.instead
        return f"        with db.engine.begin() as bare:\n            bare.exec_driver_sql({self.schema!r})\n{MIGRATED}"


GUARDS = [
    Guard(**told) for listed in sorted(HERE.glob("*.toml")) for told in tomllib.loads(listed.read_text())["guard"]
]
NAMED = pytest.mark.parametrize("guard", GUARDS, ids=[guard.name for guard in GUARDS])


@functools.cache
def functions(path: str) -> dict[str, str]:
    """Return the tests of a module with what they say of themselves."""
    tree = ast.parse((HOUSE / path).read_text())
    return {one.name: ast.get_docstring(one) or "" for one in tree.body if isinstance(one, ast.FunctionDef)}


def bare(said: str) -> str:
    """Return words without marks and line ends, to be compared."""
    return " ".join(said.replace("`", "").split()).casefold()


@NAMED
def test_a_guard_stands_in_its_place_and_its_test_names_it(guard: Guard) -> None:
    assert (HOUSE / guard.at).read_text().count(guard.text) == 1
    path, _sign, name = guard.test.partition("::")
    said = functions(path)
    assert name in said, f"{guard.test} is not there"
    assert bare(guard.name) in bare(f"{name} {said[name]}"), f"{guard.test} does not name the guard: {guard.name}"


def test_the_page_of_proofs_tells_each_guard_with_its_test() -> None:
    told = PROOFS.read_text()
    missing = [row for row in map(row_of, GUARDS) if row not in told]
    assert not missing, "docs/proofs.md lacks:\n" + "\n".join(missing)


def test_every_test_that_the_page_names_is_there() -> None:
    lost = []
    for cell in re.split(r"[|\n]", PROOFS.read_text()):
        path = ""
        for module, name in NAMES.findall(cell):
            path = f"tests/{module}" if module else path
            if not (HOUSE / path).is_file() or (name and name not in functions(path)):
                lost.append((path, name))
    assert not lost


def row_of(guard: Guard) -> str:
    """Return the row of a guard in the page."""
    module, _sign, name = guard.test.removeprefix("tests/").partition("::")
    return f"| {guard.name} | `{module}` {name} |"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the tree in which things may be broken."""
    place = tmp_path_factory.mktemp("broken")
    for part in PARTS:
        source = HOUSE / part
        if source.is_dir():
            shutil.copytree(source, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, place / part)
    return place


@pytest.mark.soak
def test_with_all_guards_in_their_place_the_tests_pass(copied: Path, server: str) -> None:
    every_test = sorted({guard.test for guard in GUARDS})
    assert outcome(copied, every_test, server, patience=PATIENCE_WITH_ALL) == "passed"


@pytest.mark.soak
@NAMED
def test_without_a_guard_its_test_fails(guard: Guard, copied: Path, server: str) -> None:
    broken = copied / guard.at
    whole = broken.read_text()
    broken.write_text(whole.replace(guard.text, guard.replaced))
    try:
        assert outcome(copied, [guard.test], server) == "failed"
    finally:
        broken.write_text(whole)


def outcome(tree: Path, tests: list[str], server: str, patience: int = PATIENCE_SECONDS) -> str:
    """Run tests in a tree: ``passed``, ``failed`` where one says so by what it asserts, or else what pytest said."""
    environ = {**os.environ, "TEST_DATABASE_URL": server, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in [name for name in environ if name.startswith("PYTEST_XDIST")]:
        del environ[name]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-rfE",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, timeout=patience, check=False)
    if done.returncode == 0:
        return "passed"
    failed = any(line.startswith("FAILED tests/") for line in done.stdout.splitlines())
    return "failed" if failed else done.stdout
