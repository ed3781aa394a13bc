"""Rules about the source that no linter knows."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

HOUSE = Path(__file__).parents[2]
SOURCES = [path for folder in ("marketplace", "search") for path in sorted((HOUSE / folder).rglob("*.py"))]
KERNEL_BUDGET = 1500
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def lines_of_code(path: Path) -> int:
    """Count the lines that hold code: no blank lines, comments or docstrings."""
    source = path.read_text(encoding="utf-8")
    prose = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in LAYOUT
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(code - prose)


def test_the_kernel_stays_small() -> None:
    total = sum(lines_of_code(path) for path in (HOUSE / "marketplace" / "kernel").glob("*.py"))
    assert total <= KERNEL_BUDGET, (
        f"{total} lines of code in the kernel: move what not every plugin needs up the ladder"
    )


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "misc", "base", "helpers", "helper"}
    assert [path for path in SOURCES if path.stem in drawers] == []


def test_nobody_but_the_machine_assigns_a_state() -> None:
    assigned = re.compile(r"\.state\s*=[^=]")
    guilty = [path.name for path in SOURCES if assigned.search(path.read_text(encoding="utf-8"))]
    assert guilty == []


def test_only_the_clock_reads_the_time() -> None:
    banned = re.compile(
        r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.(time|time_ns|ctime|localtime|gmtime)\(|\bclock_gettime"
    )
    guilty = {str(path.relative_to(HOUSE)) for path in SOURCES if banned.search(path.read_text(encoding="utf-8"))}
    # Identifiers are made of milliseconds too; nothing reads them back as a time.
    assert guilty == {"marketplace/kernel/clock.py", "marketplace/kernel/ids.py"}


def test_every_module_opens_with_a_sentence() -> None:
    silent = [str(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


def test_modules_stay_readable() -> None:
    long = {str(path.relative_to(HOUSE)): count for path in SOURCES if (count := lines_of_code(path)) > 400}
    assert long == {}
