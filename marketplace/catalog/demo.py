"""What the catalogue puts into a new site: its categories always, and a demo site's products."""

from collections.abc import Mapping
from typing import Any


def load_reference() -> None:
    """Load the categories; harmless to repeat."""


def plant(profile: str, number: int) -> Mapping[str, Any]:
    """Plant the demo products."""
    del profile, number
    return {}
