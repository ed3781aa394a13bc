"""The checks behind `make test`, `quick`, `check`, `soak` and `bench`; run by the Python of .venv, from the root."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import chromium

HERE = Path(__file__).parent
CODE = ("marketplace", "search")
NO_TESTS = 5  # pytest's answer when it found none
# A process for each core and one more, as tests wait for browsers and other processes a third of their time; each has a
# PostgreSQL of its own. Who is done takes over half of what another has left.
SHARED_OUT = ("--numprocesses", str(min((os.cpu_count() or 1) + 1, 4)), "--dist", "worksteal")


@dataclass(frozen=True)
class Check:
    """One program to run, under the name a person knows it by."""

    name: str
    command: tuple[str, ...]

    def passes(self) -> bool:
        """Run it; print what it said when it fails, and a line with its time when it passes."""
        began = time.monotonic()
        done = subprocess.run(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            print(f"-- {self.name} found this:\n{done.stdout.rstrip()}\n", flush=True)
        else:
            print(f"ok  {self.name} ({time.monotonic() - began:.1f} s)", flush=True)
        return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Run the gate that the first argument names; the rest narrows it or goes to pytest."""
    kind, rest = arguments[0], arguments[1:]
    gates = {"test": test, "quick": quick, "check": check, "soak": soak, "bench": bench}
    return gates[kind](rest)


def test(rest: list[str]) -> int:
    """Run all tests but the long trials."""
    return pytest(["-m", without("soak"), *SHARED_OUT, *rest])


def quick(only: list[str]) -> int:
    """Check the code, and the tests of the packages that changed since the last commit, or of those named."""
    places = [place for name in only for place in homes(name)] if only else existing(*CODE, "tests", ".ci", "wsgi.py")
    passed = [each.passes() for each in code_checks(places)]
    names = only or sorted(changed())
    tests = existing("tests/architecture", *(f"tests/{name}" for name in names))
    answer = pytest(["-q", "-m", "not soak and not slow and not browser", *tests], browser=False)
    return 0 if all(passed) and answer in {0, NO_TESTS} else 1


def check(rest: list[str]) -> int:
    """Run everything a change must pass; pytest last, so that its closing line is the last line."""
    checks = [*page_checks(), *code_checks(existing(*CODE, "tests", ".ci", "wsgi.py"))]
    with ThreadPoolExecutor(2) as beside:
        passed = list(beside.map(Check.passes, reversed(checks)))
    if not all(passed):
        print("The gate is closed by what stands above; the tests run all the same.", flush=True)
    # What was logged fills a screen before it says why a test failed; `make test` shows it.
    answer = pytest(["-m", without("soak"), "--show-capture=no", *SHARED_OUT, *rest], covered=True)
    return answer or int(not all(passed))


def soak(rest: list[str]) -> int:
    """Run the long trials, side by side too: nearly all of their time goes to some two hundred guards that are taken out."""
    answer = pytest(["-m", "soak", *SHARED_OUT, *rest], browser=False)
    return 0 if answer == NO_TESTS else answer


def bench(rest: list[str]) -> int:
    """Run the measurements, when there are some."""
    script = Path("tests/bench/__main__.py")
    if not script.exists():
        print("There is nothing to measure yet: tests/bench/ is missing.")
        return 0
    return subprocess.run([sys.executable, "-m", "tests.bench", *rest], check=False).returncode


def code_checks(places: list[str]) -> list[Check]:
    """Return what looks at Python code: form, lint, types, imports."""
    typed = [place for place in places if place.startswith(CODE)]
    checks = [
        Check("ruff format --check", ("ruff", "format", "--check", "--quiet", *places)),
        Check("ruff check", ("ruff", "check", "--quiet", *places)),
        Check("import contracts", ("lint-imports", "--no-logo", "--cache-dir", ".import_linter_cache")),
    ]
    if typed:
        checks.append(Check("mypy", ("mypy", "--no-error-summary", *typed)))
    return checks


def page_checks() -> list[Check]:
    """Return what looks at templates; that translations are whole is a test."""
    pages = existing("templates", *CODE)
    return [Check("djlint", ("djlint", "--lint", "--quiet", *pages))] if Path("templates").exists() else []


def pytest(arguments: list[str], *, browser: bool = True, covered: bool = False) -> int:
    """Run pytest; with ``browser``, say which tests are left out for want of a Chromium.

    With ``covered``, coverage starts before pytest does, for our own pytest plugin imports what is to be measured, and
    goes along into the programs that tests start; pytest's closing line is said again behind its table.
    """
    environment = dict(os.environ)
    if browser:
        program = chromium.get()
        if program:
            environment["CHROMIUM"] = program
        else:
            leave_out(arguments)
    if not existing("tests"):
        print("There are no tests yet.")
        return NO_TESTS
    if not covered:
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode
    subprocess.run([sys.executable, "-m", "coverage", "erase"], check=False)
    command = [sys.executable, "-m", "coverage", "run", "-m", "pytest", *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        closing = ""
        for line in running.stdout or ():
            print(line, end="", flush=True)
            closing = line.strip() or closing
    subprocess.run([sys.executable, "-m", "coverage", "combine", "--quiet"], check=False)
    measured = subprocess.run([sys.executable, "-m", "coverage", "report"], check=False).returncode
    print(closing, flush=True)
    return running.returncode or measured


def leave_out(arguments: list[str]) -> None:
    """Take the browser's tests out of the run, and name them."""
    place = arguments.index("-m") + 1
    listing = [sys.executable, "-m", "pytest", "-q", "--collect-only", "--no-header", "-m", "browser"]
    listed = subprocess.run(listing, capture_output=True, text=True, check=False).stdout
    named = [line for line in listed.splitlines() if "::" in line]
    print(
        f"There is no Chromium here, and none could be got (set CHROMIUM= to one): {len(named)} journeys are left out:",
        *named,
        sep="\n  ",
        flush=True,
    )
    arguments[place] = f"({arguments[place]}) and not browser"


def without(mark: str) -> str:
    """Return the choice of all tests that do not bear a mark."""
    return f"not {mark}"


def homes(name: str) -> list[str]:
    """Return the folders of a package's code and tests."""
    return existing(
        "search" if name == "search" else f"marketplace/{name}", f"tests/{name}", f"tests/factories/{name}.py"
    )


def changed() -> set[str]:
    """Return the packages that git sees changed since the last commit; when there are none, those of that commit."""
    listings = (
        ["git", "status", "--porcelain", "--untracked-files=all", "--no-renames"],
        ["git", "show", "--name-only", "--format=", "HEAD"],
    )
    for listing in listings:
        lines = subprocess.run(listing, capture_output=True, text=True, check=False).stdout.splitlines()
        names = set(packages(line[3:] if "status" in listing else line for line in lines))
        if names:
            return names
    return set()


def packages(paths: Iterable[str]) -> Iterable[str]:
    """Return the package that each path belongs to."""
    for path in paths:
        match Path(path).parts:
            case ("marketplace" | "templates" | "tests", name, _, *_):
                yield name
            case ("search", *_):
                yield "search"
            case _:
                continue


def existing(*paths: str) -> list[str]:
    """Return those of the paths that are there."""
    return [path for path in paths if Path(path).exists()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
