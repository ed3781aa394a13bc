"""The bench's ledger of local content: what its pages and a sealed year come to with 2 million lines."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.load import Measured, hammer

HOUSE = Path(__file__).parents[2]
CLIENTS = 2
DASHBOARD_MS, DRILL_MS, SEALED_S = 200, 300, 60
"""What ``issue 5`` allows at most: a page of sums and of lines at p95, and a year of the province sealed."""


def stage(environ: Mapping[str, str], many: int) -> dict[str, Any]:
    """Set the stage of a site with so many lines, and return what stands on it."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.bench.ledger_stage", str(many)]
    told = subprocess.run(command, cwd=HOUSE, env={**os.environ, **environ}, check=True, stdout=subprocess.PIPE)
    staged: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    keys, units, shops = staged["sums"]
    print(
        f"{many} lines of accepted value, {keys} sums by one key, {units} by office and category, {shops} by shop, stand"
        f" there after {time.monotonic() - began:.0f} s; last year was {staged['state']} in {staged['sealed']:.1f} s"
    )
    return staged


def pages(staged: Mapping[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """Return what is asked for, by name: by whom, and where."""
    unit, shop, category = staged["busy"]
    year = staged["year"] - 1
    lines = f"/p3dn/transaksi?tahun={year}"
    return {
        "at a glance, a year": ("officer", [f"/p3dn?tahun={year}"]),
        "at a glance, a month": ("officer", [f"/p3dn?tahun={year}&periode={month}" for month in range(1, 13)]),
        "offices below one": ("officer", [f"/p3dn/opd/{staged['unit']}?tahun={year}"]),
        "the busiest office": ("officer", [f"/p3dn/opd/{unit}?tahun={year}"]),
        "a category": ("officer", [f"/p3dn/kategori/{category}?tahun={year}"]),
        "an office's own": ("office", [f"/p3dn?tahun={year}"]),
        "lines of a year": ("officer", [lines]),
        "lines of a shop": ("officer", [f"{lines}&toko={shop}"]),
        "lines of a kecamatan": ("officer", [f"{lines}&kecamatan=31.71.01"]),
        "lines of an office": ("officer", [f"{lines}&opd={unit}"]),
        "imported lines of a month": ("officer", [f"{lines}&periode=6&kelas=IMPORT"]),
        "lines of none": ("officer", [f"{lines}&kelas=UNKNOWN"]),
        "a sealed report": ("officer", [f"/p3dn/laporan/{staged['report']}"]),
        "for everybody": ("", [f"/transparansi?tahun={year}"]),
    }


def measure(port: int, staged: Mapping[str, Any], *, server: int, seconds: float) -> dict[str, Measured]:
    """Ask for every page as its reader does, with two clients, and print what it came to."""
    print("\n| page of local content | p50 / p95 ms | CPU ms | SQL | gz KiB | errors |\n|---|---|---|---|---|---|")
    found = {}
    for name, (who, paths) in pages(staged).items():
        cookie = staged["sessions"][who] if who else ""
        one = hammer(port, paths, server=server, clients=CLIENTS, seconds=seconds, cookie=cookie)
        found[name] = one
        times, size = f"{one.p50:.0f} / {one.p95:.0f} | {one.cpu:.1f}", f"{one.size / 1024:.1f}"
        print(f"| {name} | {times} | {one.statements} | {size} | {one.errors} |")
    return found
