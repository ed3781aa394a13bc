"""The environment is made once, follows its locks, and is never trusted when it was left half made."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from marketplace.local import bootstrap
from tests.local.conftest import HOUSE


@pytest.fixture
def done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was done to a checkout of its own, whose libraries are installed in name only."""
    shutil.copytree(HOUSE / "requirements", tmp_path / "requirements")
    shutil.copy(HOUSE / "setup.cfg", tmp_path)
    steps: list[str] = []

    def make_venv() -> None:
        steps.append("venv")
        (tmp_path / ".venv").mkdir(exist_ok=True)

    def install(arguments: Sequence[str]) -> None:
        steps.append(Path(arguments[-1]).name if "-r" in arguments else "project")

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "jakpreneur.json")
    monkeypatch.setattr(bootstrap, "make_venv", make_venv)
    monkeypatch.setattr(bootstrap, "install", install)
    monkeypatch.setattr(bootstrap, "works", lambda: bool(steps))
    return steps


def again(done: list[str], *, dev: bool) -> list[str]:
    """Bootstrap once more and return what was done this time."""
    before = len(done)
    bootstrap.environment(dev=dev)
    return done[before:]


def test_the_first_start_installs_and_the_second_does_nothing(done: list[str]) -> None:
    assert again(done, dev=False) == ["venv", "run.txt", "project"]
    assert again(done, dev=False) == []


def test_the_tests_add_their_libraries_and_a_run_needs_no_more(done: list[str]) -> None:
    again(done, dev=False)
    assert again(done, dev=True) == ["dev.txt", "project"]
    assert again(done, dev=False) == []
    assert again(done, dev=True) == []


def test_a_changed_lock_is_followed(done: list[str], tmp_path: Path) -> None:
    again(done, dev=True)
    with (tmp_path / "requirements" / "dev.txt").open("a", encoding="utf-8") as lock:
        lock.write("# newer\n")
    assert again(done, dev=False) == []
    assert again(done, dev=True) == ["dev.txt", "project"]


def test_changed_metadata_installs_the_project_alone(done: list[str], tmp_path: Path) -> None:
    again(done, dev=False)
    with (tmp_path / "setup.cfg").open("a", encoding="utf-8") as metadata:
        metadata.write("# newer\n")
    assert again(done, dev=False) == ["project"]


def test_an_environment_left_half_made_is_made_anew(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    usual = bootstrap.install

    def cut_short(arguments: Sequence[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "install", cut_short)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.environment(dev=False)
    monkeypatch.setattr(bootstrap, "install", usual)
    assert again(done, dev=False) == ["venv", "run.txt", "project"]


def test_a_checkout_that_was_moved_gets_a_new_environment(done: list[str]) -> None:
    again(done, dev=False)
    stamp = json.loads(bootstrap.STAMP.read_text(encoding="utf-8"))
    bootstrap.STAMP.write_text(json.dumps(stamp | {"place": "/elsewhere"}), encoding="utf-8")
    assert again(done, dev=False) == ["venv", "run.txt", "project"]


def test_what_stands_behind_two_dashes_is_the_program() -> None:
    assert bootstrap.split(["--dev", "--", "python", "-m", "x", "--", "y"]) == (
        ["--dev"],
        ["python", "-m", "x", "--", "y"],
    )
    assert bootstrap.split(["--dev"]) == (["--dev"], [])


def test_a_folder_that_is_no_environment_is_not_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    (tmp_path / "keep").touch()
    with pytest.raises(bootstrap.BootstrapError, match="is not a virtual environment"):
        bootstrap.make_venv()
    assert (tmp_path / "keep").exists()
