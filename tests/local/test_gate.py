"""The gate knows what changed, and finds a Chromium where there is one."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.local.conftest import HOUSE, eventually, living


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the gate's script, which stands in a folder that is no package."""
    monkeypatch.syspath_prepend(HOUSE / ".ci")
    spec = importlib.util.spec_from_file_location("gate", HOUSE / ".ci" / "gate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "gate", module)
    spec.loader.exec_module(module)
    return module


def test_a_changed_path_belongs_to_a_package(script: ModuleType) -> None:
    paths = [
        "marketplace/catalog/views/public.py",
        "templates/orders/cart.html",
        "tests/sellers/test_views.py",
        "search/text.py",
        "marketplace/__init__.py",
        "README.md",
    ]
    assert list(script.packages(paths)) == ["catalog", "orders", "sellers", "search"]


@pytest.fixture
def bare(script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """Return the search for a browser on a machine that has none: its PATH and Playwright's cache are the test's folders."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "cache"))
    monkeypatch.setattr(script.chromium, "CACHES", ())
    monkeypatch.setattr(script.chromium, "UNPACKED", tmp_path / "unpacked")
    chromium: ModuleType = script.chromium
    return chromium


def program(path: Path, script: str = "exit 0") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_named_browser_is_taken_if_it_is_there(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    browser = program(tmp_path / "peramban")
    monkeypatch.setenv("CHROMIUM", browser)
    assert script.chromium.find() == browser
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert script.chromium.get() is None


@pytest.mark.parametrize(
    "place",
    [
        "chromium-1234/chrome-linux/chrome",
        "chromium-1234/chrome-linux64/chrome",
        "chromium_headless_shell-1234/chrome-linux/headless_shell",
        "chromium_headless_shell-1234/chrome-headless-shell-linux64/chrome-headless-shell",
        "chromium-1234/chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    ],
)
def test_a_browser_of_playwrights_own_is_found(bare: ModuleType, tmp_path: Path, place: str) -> None:
    browser = program(tmp_path / "cache" / place)
    assert bare.find() == browser


def test_a_browser_that_does_not_start_is_passed_over(
    bare: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path / "bin" / "chromium-browser", "echo 'requires the chromium snap' >&2; exit 1")
    assert bare.find() is None
    assert "requires the chromium snap" in capsys.readouterr().out
    browser = program(tmp_path / "bin" / "google-chrome")
    assert bare.find() == browser


APT = f"""
PATH={os.defpath}
echo "$*" >> "${{0%/bin/*}}/asked"
case "$*" in
*update*) echo 'E: a mirror is away' >&2; exit 100 ;;
*chromium) printf '#!/bin/sh\\n' > "${{0%/*}}/chromium" && chmod +x "${{0%/*}}/chromium" ;;
esac
"""


def test_root_gets_it_by_apt_even_from_old_lists(
    bare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bare.os, "getuid", lambda: 0)
    program(tmp_path / "bin" / "apt-get", APT)
    (tmp_path / "bin" / "sh").symlink_to("/bin/sh")
    assert bare.get() == str(tmp_path / "bin" / "chromium")
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert [words.split()[3] for words in asked] == ["update", "install"]


DOWNLOADS = f"""
PATH={os.defpath}
case "$*" in
*update*) exit 100 ;;
*"Dir::Cache={{place}} "*--download-only*chromium) touch "{{place}}/archives/chromium.deb" ;;
*) exit 100 ;;
esac
"""
UNPACKS = f"""
PATH={os.defpath}
mkdir -p "$3/usr/lib/chromium" "$3/usr/lib/somewhere"
touch "$3/usr/lib/somewhere/libnss3.so"
printf '#!/bin/sh\\ncase $LD_LIBRARY_PATH in */somewhere:*) exit 0;; esac\\nexit 1\\n' > "$3/usr/lib/chromium/chromium"
chmod +x "$3/usr/lib/chromium/chromium"
"""


def test_others_unpack_debians_packages_without_installing(
    bare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bare.os, "getuid", lambda: 1000)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.defpath}")
    monkeypatch.setattr(bare, "NAMES", ())
    program(tmp_path / "bin" / "apt-get", DOWNLOADS.format(place=tmp_path / "unpacked"))
    program(tmp_path / "bin" / "dpkg-deb", UNPACKS)
    assert bare.get() == str(tmp_path / "unpacked" / "chromium")
    assert bare.find() == str(tmp_path / "unpacked" / "chromium")


FAILS = "printf 'Downloading\\nError: ENOTFOUND cdn.example\\n  at some line\\n'; exit 1"


def test_where_none_can_be_got_the_reason_is_told(
    bare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bare.os, "getuid", lambda: 1000)
    monkeypatch.setattr(bare.sys, "executable", program(tmp_path / "python", FAILS))
    assert bare.get() is None
    assert capsys.readouterr().out.rstrip().endswith("did not work: Error: ENOTFOUND cdn.example")


def test_what_takes_too_long_ends_with_all_that_it_began(bare: ModuleType, tmp_path: Path) -> None:
    began = tmp_path / "began"
    slow = program(tmp_path / "slow", f"PATH={os.defpath}; sleep 600 & echo $! > {began}; wait")
    assert not bare.succeeds([slow], 1)
    eventually(lambda: living([int(began.read_text(encoding="utf-8"))]) == [], "the download ends")


def test_every_command_of_the_list_is_told_by_make_alone() -> None:
    text = (HOUSE / "Makefile").read_text(encoding="utf-8")
    told = [line.partition(":")[0] for line in text.splitlines() if ":  ## " in line]
    assert told == text.partition(".PHONY: ")[2].partition("\n")[0].split()
