"""`make bench`: our row of the table in docs/performance.md, as ratios to a bare Flask "hello" on the same server.

Each run starts its own PostgreSQL (fsync on), its own sites with 1,000 and 10,000 products and its own web server with two
worker processes, all on loopback, and stops them. ``python -m tests.bench --quick`` measures 1,000 products for a short time.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from marketplace.local.postgres import Server
from tests.bench import crowds, ledger, offices
from tests.bench.buyers import orders_per_second
from tests.bench.load import Client, Measured, cpu_seconds, family, hammer

HOUSE = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
KELURAHAN = "31.71.01.1001"
BUYERS = ((1, 20), (8, 160), (32, 320))
"""How many buy at once, and how many orders they make together."""
WORDS = (
    "kripik",
    "nasi kotak ayam",
    "batik",
    "sambel trasi",
    "kopi sus",
    "bir pletok",
    "risol",
    "tas kanfas",
    "kue kering",
    "jahe",
)


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(target: str, environ: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Serve a WSGI application with granian; give port and process id."""
    port = free_port()
    command = [
        str(BIN / "granian"),
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        "2",
        target,
    ]
    process = subprocess.Popen(
        command, cwd=HOUSE, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _attempt in range(100):
            try:
                Client(port).get("/")
                break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def site(server: Server, folder: Path, profile: str) -> Iterator[tuple[dict[str, str], str]]:
    """Make a site with a profile of demo data; give its settings and its database's address."""
    with server.connect() as admin:
        admin.autocommit = True
        admin.execute(f"CREATE DATABASE bench_{profile}".encode())
    url = server.url_of(f"bench_{profile}")
    instance = folder / profile
    environ = {
        "DATABASE_URL": url,
        "JKP_INSTANCE": str(instance),
        "SECRET_KEY": "bench" * 8,
        "PASSWORD_PROFILE": "cheapest",
    }
    jkp = str(BIN / "jkp")
    for command in (
        [jkp, "db", "upgrade"],
        [jkp, "seed", "--profile", profile],
        [sys.executable, "-m", "tests.bench.pictures"],
        [jkp, "relay", "--once"],
        [jkp, "search", "rebuild"],
    ):
        quiet = subprocess.DEVNULL
        subprocess.run(command, cwd=HOUSE, env={**os.environ, **environ}, check=True, stdout=quiet)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    yield environ, url


def pages(url: str) -> tuple[dict[str, list[str]], list[str]]:
    """Return what to ask for, by name, and variants that can be bought."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        products = connection.execute(
            "SELECT code, slug FROM catalog_products WHERE state = 'published' ORDER BY id LIMIT 200"
        ).fetchall()
        tops = connection.execute(
            "SELECT slug FROM catalog_categories WHERE parent_id IS NULL ORDER BY position"
        ).fetchall()
        variants = connection.execute(
            "SELECT v.id FROM catalog_variants v JOIN catalog_products p ON p.id = v.product_id JOIN catalog_stock s"
            " ON s.variant_id = v.id WHERE p.state = 'published' AND p.min_order = 1 AND s.on_hand >= 40 ORDER BY 1 LIMIT 120"
        ).fetchall()
    return {
        "home": ["/"],
        "category": [f"/kategori/{slug}" for (slug,) in tops],
        "product": [f"/p/{code}-{slug}" for code, slug in products],
        "search": [f"/cari?q={word.replace(' ', '+')}" for word in WORDS],
    }, [str(variant) for (variant,) in variants]


def line(name: str, found: Measured, hello: Measured) -> str:
    """Return a row of the table."""
    return (
        f"| {name} | {found.per_second:.0f} | {hello.per_second / found.per_second:.1f} | {found.p50:.1f} / {found.p95:.1f} "
        f"| {found.cpu:.2f} | {found.cpu / hello.cpu:.1f} | {found.statements} | {found.size / 1024:.1f} | {found.errors} |"
    )


def crowds_of(port: int, pid: int, environ: Mapping[str, str], orders: int, seconds: float) -> dict[str, object]:
    """Measure what many at once, a wide cart and a seller with very many orders come to."""
    staged = crowds.stage(environ, orders)
    figures: dict[str, object] = {
        "rush": crowds.crowd(port, staged["rush"], KELURAHAN),
        "wide": crowds.wide(port, staged["wide"], KELURAHAN),
    }
    read = crowds.seller(port, staged, server=pid, seconds=seconds)
    figures |= {f"seller {name}": found.__dict__ for name, found in read.items()}
    figures["whole"] = crowds.verified(environ)
    return figures


def offices_of(port: int, pid: int, environ: Mapping[str, str], orders: int, seconds: float) -> dict[str, object]:
    """Measure what pages, papers and bundles of offices come to."""
    staged = offices.stage(environ, orders)
    read = offices.measure(port, staged, server=pid, seconds=seconds)
    first, whole, size = offices.bundled(port, staged)
    figures: dict[str, object] = {f"office {name}": found.__dict__ for name, found in read.items()}
    return figures | {"drawn": staged["drawn"], "bundle": {"first": first, "whole": whole, "size": size}}


def ledger_of(server: Server, folder: Path, lines: int, seconds: float) -> dict[str, object]:
    """Measure what pages and a sealed year of local content come to, on a site of their own."""
    with site(server, folder, "small") as (environ, _url):
        staged = ledger.stage(environ, lines)
        with serving("wsgi:app", environ) as (port, pid):
            read = ledger.measure(port, staged, server=pid, seconds=seconds)
    return {f"ledger {name}": found.__dict__ for name, found in read.items()} | {"sealed": staged["sealed"]}


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="1,000 products only, two seconds a page")
    asked.add_argument("--json", type=Path, help="also write the figures here")
    asked.add_argument(
        "--office-orders", type=int, help="how many orders offices have: 200,000, or 10,000 in a quick run"
    )
    asked.add_argument("--orders", type=int, help="how many orders one seller has: 100,000, or 5,000 in a quick run")
    asked.add_argument("--lines", type=int, help="lines of accepted value: 2,000,000, or 100,000 in a quick run")
    asked.add_argument("--ledger", action="store_true", help="only what stands in the ledger of local content")
    options = asked.parse_args()
    seconds = 2.0 if options.quick else 6.0
    many = options.orders if options.orders is not None else 5_000 if options.quick else 100_000
    of_offices = options.office_orders if options.office_orders is not None else 10_000 if options.quick else 200_000
    lines = options.lines if options.lines is not None else 100_000 if options.quick else 2_000_000
    figures: dict[str, object] = {}
    folder = Path(tempfile.mkdtemp(prefix="jakpreneur-bench-"))
    try:
        with Server(folder / "pg") as server:
            figures |= ledger_of(server, folder, lines, seconds)
            if options.ledger:
                return
            with serving("tests.bench.hello:app", {}) as (port, pid):
                hello = hammer(port, ["/"], server=pid, seconds=seconds)
            figures["hello"] = hello.__dict__
            print(f"bare Flask hello: {hello.per_second:.0f} requests/s, CPU {hello.cpu:.3f} ms a request\n")
            for profile in ("demo",) if options.quick else ("demo", "bench"):
                with site(server, folder, profile) as (environ, url):
                    asked_for, variants = pages(url)
                    with serving("wsgi:app", environ) as (port, pid):
                        print(f"{'1,000' if profile == 'demo' else '10,000'} products, 8 clients, 2 worker processes\n")
                        print(
                            "| page | requests/s | hello ÷ page | p50 / p95 ms | CPU ms | CPU ÷ hello | SQL | gz KiB | errors |"
                        )
                        print("|---|---|---|---|---|---|---|---|---|")
                        for name, paths in asked_for.items():
                            found = hammer(port, paths, server=pid, seconds=seconds)
                            figures[f"{profile} {name}"] = found.__dict__
                            print(line(name, found, hello))
                        alone = hammer(port, asked_for["search"], server=pid, clients=1, seconds=seconds)
                        print(line("search, 1 client", alone, hello))
                        orders_per_second(port, variants, KELURAHAN, buyers=8, orders=24)  # warm up, as the pages do
                        for buyers, orders in BUYERS:
                            before = cpu_seconds(family(pid))
                            bought = orders_per_second(port, variants, KELURAHAN, buyers=buyers, orders=orders)
                            used = (cpu_seconds(family(pid)) - before) / (bought.done or 1) * 1000
                            figures[f"{profile} checkout {buyers}"] = bought.__dict__
                            print(
                                f"checkout, {buyers} buyer(s): {bought.per_second:.1f} orders/s, {bought.done} of {orders},"
                                f" p50 / p95 {bought.p50:.0f} / {bought.p95:.0f} ms, {bought.statements} SQL,"
                                f" CPU {used:.1f} ms an order ({used / hello.cpu:.0f} hellos)"
                            )
                        print()
                        if profile == "demo":
                            figures |= crowds_of(port, pid, environ, many, seconds)
                            figures |= offices_of(port, pid, environ, of_offices, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
