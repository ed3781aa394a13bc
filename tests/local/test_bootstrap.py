"""The environment is made once, follows its locks, and is never trusted when it was left half made."""

import fcntl
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from marketplace.local import bootstrap
from tests.local.conftest import HOUSE, PATIENCE, eventually, living

# A start whose pip begins a second pip, as it does for another environment; both write down who they are.
INSTALLING = """
import sys
from pathlib import Path
from marketplace.local import bootstrap

bootstrap.ROOT = Path(sys.argv[1])
inner = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
outer = f"import os, subprocess, sys; print(os.getpid(), flush=True); subprocess.run([sys.executable, '-c', {inner!r}])"
bootstrap.environment = lambda dev: bootstrap.run([sys.executable, "-c", outer], {})
sys.exit(bootstrap.main([]))
"""


@pytest.fixture
def done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was done to a checkout of its own, whose libraries are installed in name only."""
    shutil.copytree(HOUSE / "requirements", tmp_path / "requirements")
    shutil.copy(HOUSE / "setup.cfg", tmp_path)
    (tmp_path / "instance").mkdir()
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
    assert again(done, dev=True) == ["dev.txt", "contract.txt", "project"]
    assert again(done, dev=False) == []
    assert again(done, dev=True) == []


def test_a_changed_lock_is_followed(done: list[str], tmp_path: Path) -> None:
    again(done, dev=True)
    with (tmp_path / "requirements" / "dev.txt").open("a", encoding="utf-8") as lock:
        lock.write("# newer\n")
    assert again(done, dev=False) == []
    assert again(done, dev=True) == ["dev.txt", "project"]


def test_the_document_of_the_contract_is_installed_by_itself(done: list[str], tmp_path: Path) -> None:
    again(done, dev=True)
    with (tmp_path / "requirements" / "contract.txt").open("a", encoding="utf-8") as lock:
        lock.write("# newer\n")
    with (tmp_path / "requirements" / "run.txt").open("a", encoding="utf-8") as lock:
        lock.write("# newer\n")
    assert again(done, dev=True) == ["contract.txt", "project"]
    assert again(done, dev=False) == ["run.txt", "project"], "what we ship is not taken for installed"


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


def test_a_checkout_that_is_not_ours_to_write_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    (tmp_path / "instance").write_text("in the way", encoding="utf-8")
    with pytest.raises(bootstrap.BootstrapError, match="cannot be written"), bootstrap.alone():
        pass


def test_a_folder_that_is_no_environment_is_not_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    (tmp_path / "keep").touch()
    with pytest.raises(bootstrap.BootstrapError, match="is not a virtual environment"):
        bootstrap.make_venv()
    assert (tmp_path / "keep").exists()


@pytest.mark.parametrize("left", [["bin", "lib"], ["lib"], ["bin", "include", "lib", "jakpreneur.json"], []])
def test_what_a_cut_short_deletion_left_is_ours_to_replace(
    left: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv = tmp_path / ".venv"
    for name in left:
        (venv / name).mkdir(parents=True)
    venv.mkdir(exist_ok=True)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    bootstrap.make_venv()
    assert (venv / "pyvenv.cfg").exists()
    assert [path.name for path in tmp_path.iterdir()] == [".venv"]


def test_a_deletion_cut_short_does_not_stop_the_next_start(
    done: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    bootstrap.make_venv()
    usual = shutil.rmtree

    def cut_short(folder: Path, **_options: object) -> None:
        (folder / "pyvenv.cfg").unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", cut_short)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.make_venv()
    monkeypatch.setattr(shutil, "rmtree", usual)
    assert not (tmp_path / ".venv").exists()
    bootstrap.sweep()
    bootstrap.make_venv()
    assert sorted(path.name for path in tmp_path.glob(".venv*")) == [".venv"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_no_pip_outlives_the_start_that_began_it(number: signal.Signals, tmp_path: Path) -> None:
    if number == signal.SIGKILL and sys.platform != "linux":
        pytest.skip("only Linux tells a process that its parent was killed")
    said = tmp_path / "said"
    with said.open("wb") as output:
        start = subprocess.Popen(
            [sys.executable, "-c", INSTALLING, str(tmp_path)],
            cwd=HOUSE,
            stdout=output,
            stderr=subprocess.DEVNULL,
            # It heeds what it was started to ignore; tests may themselves run under nohup or in the background.
            preexec_fn=lambda: signal.signal(number, signal.SIG_DFL) if number != signal.SIGKILL else None,  # noqa: PLW1509 - no threads here
        )
    eventually(lambda: len(said.read_text(encoding="utf-8").split()) == 2, "both programs run")
    pips = [int(word) for word in said.read_text(encoding="utf-8").split()]
    assert living(pips) == pips
    start.send_signal(number)
    assert start.wait(PATIENCE) != 0
    with (tmp_path / "instance" / "bootstrap.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert living(pips[1:]) == [], "who has the lock has .venv to itself"
    eventually(lambda: not living(pips), "both programs end")


def test_libraries_are_not_replaced_under_a_running_site(done: list[str], tmp_path: Path) -> None:
    again(done, dev=False)
    with (tmp_path / "instance" / "run.lock").open("w", encoding="utf-8") as lock:
        lock.write("process 7, http://127.0.0.1:8000")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert again(done, dev=False) == []
        assert again(done, dev=True) == ["dev.txt", "contract.txt", "project"], (
            "the tests' libraries leave the others alone"
        )
        with (tmp_path / "requirements" / "run.txt").open("a", encoding="utf-8") as wanted:
            wanted.write("# newer\n")
        with pytest.raises(bootstrap.BootstrapError, match=r"\(process 7, http://127.0.0.1:8000\); stop it"):
            bootstrap.environment(dev=False)
        assert bootstrap.STAMP.exists(), "nothing was touched"
    assert again(done, dev=False) == ["run.txt", "project"]
