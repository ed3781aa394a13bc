"""The bench's crowds: two hundred buyers for fifty units, a cart of twenty shops, and a seller with very many orders."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.buyers import OK, Buyer
from tests.bench.load import Measured, hammer
from tests.bench.rush import rush, waits

HOUSE = Path(__file__).parents[2]
RUSHING, CARTS = 200, 20
SELLER_CLIENTS = 2
"""A seller and somebody of their team: nobody else asks for these pages."""


def stage(environ: Mapping[str, str], many: int) -> dict[str, Any]:
    """Set the stage of a site, with a seller of so many orders, and return what stands on it."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.bench.stage", str(many)]
    told = subprocess.run(command, cwd=HOUSE, env={**os.environ, **environ}, check=True, stdout=subprocess.PIPE)
    subprocess.run(
        [Path(sys.executable).parent / "jkp", "relay", "--once"], cwd=HOUSE, env={**os.environ, **environ}, check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    staged: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    print(f"{many} orders of one seller, {staged['rows']} rows, stand there after {time.monotonic() - began:.0f} s")
    return staged


def verified(environ: Mapping[str, str]) -> bool:
    """Let ``jkp verify`` recompute the site, and say how long that takes and what it finds."""
    began = time.monotonic()
    command = [Path(sys.executable).parent / "jkp", "verify"]
    done = subprocess.run(
        command, cwd=HOUSE, env={**os.environ, **environ}, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    print(f"jkp verify: {'whole' if done.returncode == 0 else done.stdout.decode()}, {time.monotonic() - began:.0f} s")
    return done.returncode == 0


def crowd(port: int, variant: str, kelurahan: str) -> dict[str, object]:
    """Release two hundred buyers onto fifty units."""
    heard = rush(port, [{variant: 1}] * RUSHING, kelurahan)
    most, slowest = waits(heard)
    outcomes = dict(Counter(one.outcome for one in heard))
    print(f"{RUSHING} buyers for 50 units: {outcomes}, p95 {most:.1f} s, all within {slowest:.1f} s")
    return {"outcomes": outcomes, "p95": most, "slowest": slowest}


def wide(port: int, variants: list[str], kelurahan: str) -> dict[str, object]:
    """Place carts of one thing of each of twenty shops, one after the other."""
    took, statements = [], 0
    for _cart in range(CARTS):
        buyer = Buyer(port)
        form = buyer.fill(dict.fromkeys(variants, 1), kelurahan)
        before, began = buyer.statements, time.monotonic()
        status, path = buyer.ask("POST", "/beli", form, follow=False)
        took.append((time.monotonic() - began) * 1000)
        statements = buyer.statements - before
        if status not in (OK, 303):
            message = f"a cart of {len(variants)} shops was answered {status} at {path}"
            raise RuntimeError(message)
    took.sort()
    p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"a cart of {len(variants)} shops, placed: p50 / p95 {p50:.0f} / {p95:.0f} ms, {statements} SQL")
    return {"p50": p50, "p95": p95, "statements": statements}


def seller(port: int, staged: Mapping[str, Any], *, server: int, seconds: float) -> dict[str, Measured]:
    """Read the pages of a seller with very many orders."""
    print("\n| page of the seller | p50 / p95 ms | CPU ms | SQL | gz KiB | errors |\n|---|---|---|---|---|---|")
    read = {}
    for name, paths in staged["pages"].items():
        found = hammer(
            port, paths, server=server, clients=SELLER_CLIENTS, seconds=seconds, cookie=staged["cookie"]
        )  # fmt: skip
        print(
            f"| {name} | {found.p50:.1f} / {found.p95:.1f} | {found.cpu:.1f} | {found.statements} "
            f"| {found.size / 1024:.1f} | {found.errors} |"
        )
        read[name] = found
    print()
    return read
