"""A few orders of the demo site, in different states."""

from collections.abc import Mapping
from typing import Any


def plant(_profile: str, _seed: int) -> Mapping[str, Any]:
    """Plant nothing yet."""
    return {}
