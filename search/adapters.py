"""Which engine answers: the embedded one; a server joins here, behind the same protocol."""

from functools import cache
from pathlib import Path

from marketplace.kernel.plugin import current
from search.embedded.engine import Embedded
from search.slots import Engine


def engine() -> Engine:
    """Return the engine of the present application."""
    registry = current()
    folder = str(registry.setting("SEARCH_DIR"))
    return _embedded(Path(folder) if folder else registry.settings.instance / "search")


@cache
def _embedded(folder: Path) -> Embedded:
    # One per folder and process: it keeps files open and words counted between queries.
    return Embedded(folder)
