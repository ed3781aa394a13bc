"""The smallest site the launcher can start."""

from collections.abc import Callable, Iterable
from typing import Any


def app(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Greet every caller."""
    del environ
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"Selamat datang"]


def broken() -> None:
    """Stand where an application is expected, and be none."""
