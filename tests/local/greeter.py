"""The smallest sites the launcher can start."""

import time
from collections.abc import Callable, Iterable
from typing import Any


def app(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Greet every caller."""
    del environ
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"Selamat datang"]


def slow(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Keep every caller waiting."""
    time.sleep(8)
    return app(environ, start_response)
