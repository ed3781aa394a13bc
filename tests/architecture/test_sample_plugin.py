"""A stranger's plugin, installed as a package of its own: it joins everything, and when it leaves the rest goes on."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from marketplace import create_app
from marketplace.kernel.db import db, session
from marketplace.kernel.outbox import is_due, relay
from marketplace.kernel.plugin import current
from marketplace.kernel.slots import verifiers
from marketplace.testing.plugin import Live, hang_up
from marketplace.web import migrate

HOUSE = Path(__file__).parents[2]
SAMPLE = HOUSE / "tests" / "sample_plugin"
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
SECONDS = 180


def packaged(folder: Path) -> Path:
    """Build the sample's wheel and unpack it into a folder, which is all that an installer does with it.

    Needs setuptools, which every environment of ours has, and neither pip nor a network.
    """
    source, wheels, site = folder / "source", folder / "wheels", folder / "site"
    shutil.copytree(SAMPLE, source, ignore=shutil.ignore_patterns("__pycache__", "trial.py"))
    wheels.mkdir()
    subprocess.run(
        [sys.executable, "-c", BUILD, str(wheels)], cwd=source, check=True, capture_output=True, timeout=SECONDS
    )
    (wheel,) = wheels.glob("jakpreneur_gift-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    return site


def tried(live: Live, site: Path) -> subprocess.CompletedProcess[str]:
    """Run the trial in a process of its own, in which the package is installed."""
    places = [str(site), str(HOUSE), os.environ.get("PYTHONPATH", "")]
    environ = {**os.environ, **live.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}
    trial = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(SAMPLE / "trial.py")]
    return subprocess.run(trial, cwd=HOUSE, env=environ, capture_output=True, text=True, check=False, timeout=SECONDS)


@pytest.mark.slow
def test_a_stranger_s_package_joins_the_site_and_leaves_it_whole(
    make_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = make_live()
    site = packaged(tmp_path)

    trial = tried(live, site)
    assert trial.returncode == 0, trial.stdout + trial.stderr

    shutil.rmtree(site)
    left = create_app(environ=live.environ)
    assert "gift" not in [plugin.name for plugin in left.extensions["jkp"].plugins]
    with left.app_context():
        assert session.execute(text("SELECT count(*) FROM gift_wraps")).scalar_one() == 1, "its data waits for it"
        assert migrate.differences(db.engine, current().plugins) == []
        assert [said for check in verifiers for said in check()] == []
        relay(1000)
        assert not is_due()
        everything_serves(left.test_client())
        session.remove()
        hang_up()


def everything_serves(client: FlaskClient) -> None:
    for path in ("/", "/kategori", "/cari", "/cari?q=keranjang", "/keranjang", "/masuk", "/api/v1/products", "/readyz"):
        assert client.get(path).status_code == 200, path
    assert "Keranjang Anyaman Pandan" in client.get("/cari?q=keranjang").text
    assert "kado" not in client.get("/cari").text
    assert client.get("/hadiah").status_code == 404
