"""The gate knows what changed, and finds a Chromium where there is one."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.local.conftest import HOUSE


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


def test_a_named_browser_is_taken_if_it_is_there(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    browser = tmp_path / "peramban"
    browser.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert script.chromium.find() == str(browser)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert script.chromium.get() is None


def test_a_browser_of_playwrights_own_is_found(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    browser = tmp_path / "chromium-1234" / "chrome-linux" / "chrome"
    browser.parent.mkdir(parents=True)
    browser.touch(mode=0o755)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert script.chromium.find() == str(browser)


def test_every_command_of_the_list_is_told_by_make_alone() -> None:
    text = (HOUSE / "Makefile").read_text(encoding="utf-8")
    told = [line.partition(":")[0] for line in text.splitlines() if ":  ## " in line]
    assert told == text.partition(".PHONY: ")[2].partition("\n")[0].split()
