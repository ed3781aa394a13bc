"""The bench's offices: what their pages, papers and bundles come to with 200,000 orders of 800 units."""

import http.client
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
CLIENTS, BUNDLES = 2, 10
PDF_MS, PAGE_MS, COMPARISON_MS = 400, 150, 300
"""What ``issue 4`` allows at most, in milliseconds: a paper, an inbox or a page of an order, five shops side by side."""


def stage(environ: Mapping[str, str], many: int) -> dict[str, Any]:
    """Set the stage of a site with so many orders, and return what stands on it."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.bench.office_stage", str(many)]
    told = subprocess.run(command, cwd=HOUSE, env={**os.environ, **environ}, check=True, stdout=subprocess.PIPE)
    staged: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    print(f"{many} orders of 800 units, {staged['rows']} rows, stand there after {time.monotonic() - began:.0f} s")
    return staged


def pages(staged: Mapping[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """Return what is asked for, by name: by whom, and where."""
    orders = staged["orders"]
    every = list(orders.values())
    shop = staged["shop"].replace(" ", "+")
    return {
        "inbox of one office": ("commitment_officer", ["/pengadaan"]),
        "inbox over 800 units": ("budget_holder", ["/pengadaan"]),
        "an order": ("commitment_officer", [f"/pengadaan/pesanan/{code}" for code in every]),
        "approval": ("commitment_officer", [f"/pengadaan/persetujuan/{orders['pending_approval']}"]),
        "payment": ("treasurer", [f"/pengadaan/pesanan/{orders['payment_requested']}/pembayaran"]),
        "orders, 800 units": ("budget_holder", ["/pengadaan/pesanan"]),
        "orders of a shop": ("budget_holder", [f"/pengadaan/pesanan?toko={shop}"]),
        "orders of no shop": ("budget_holder", ["/pengadaan/pesanan?toko=zzqxv"]),
        "orders in a state": ("budget_holder", ["/pengadaan/pesanan?keadaan=arrived"]),
        "trail": ("commitment_officer", [f"/pengadaan/pesanan/{orders['closed']}/jejak"]),
        "comparison of 5": ("procurement_officer", [f"/pengadaan/bandingkan?kebutuhan={staged['need']}"]),
        "report of the year": ("budget_holder", ["/pengadaan/laporan"]),
        "end of the year": ("budget_holder", ["/pengadaan/tutup-tahun"]),
        "audit": ("auditor", ["/audit"]),
        "audited orders": ("auditor", ["/audit/pesanan"]),
    }


def measure(port: int, staged: Mapping[str, Any], *, server: int, seconds: float) -> dict[str, Measured]:
    """Ask for every page as its reader does, with two clients, and print what it came to."""
    print("\n| page of offices | p50 / p95 ms | CPU ms | SQL | gz KiB | errors |\n|---|---|---|---|---|---|")
    found = {}
    for name, (duty, paths) in pages(staged).items():
        one = hammer(port, paths, server=server, clients=CLIENTS, seconds=seconds, cookie=staged["sessions"][duty])
        found[name] = one
        times, size = f"{one.p50:.0f} / {one.p95:.0f} | {one.cpu:.1f}", f"{one.size / 1024:.1f}"
        print(f"| {name} | {times} | {one.statements} | {size} | {one.errors} |")
    drawn = staged["drawn"]
    middle, most = drawn[len(drawn) // 2], drawn[-1]
    print(f"a paper drawn: p50 {middle:.0f} ms, the slowest of {len(drawn)} {most:.0f} ms")
    return found


def bundled(port: int, staged: Mapping[str, Any]) -> tuple[float, float, int]:
    """Fetch an order's bundle; print and return the milliseconds to its first byte and to its last, and its bytes."""
    firsts, wholes, size = [], [], 0
    for _time in range(BUNDLES):
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        began = time.perf_counter()
        asking.request(
            "GET",
            f"/pengadaan/pesanan/{staged['orders']['closed']}/dokumen.zip",
            headers={"Cookie": staged["sessions"]["commitment_officer"]},
        )
        answer = asking.getresponse()
        assert answer.status == 200, (answer.status, answer.read().decode(errors="replace")[:3000])
        answer.read(1)
        firsts.append((time.perf_counter() - began) * 1000)
        size = 1 + len(answer.read())
        wholes.append((time.perf_counter() - began) * 1000)
        assert answer.getheader("Transfer-Encoding") == "chunked", "a bundle is sent file by file"
        asking.close()
    first, whole = sorted(firsts)[BUNDLES // 2], sorted(wholes)[BUNDLES // 2]
    print(f"a bundle of {size / 1024:.0f} KiB: first byte after {first:.0f} ms, the last after {whole:.0f} ms")
    return first, whole, size
