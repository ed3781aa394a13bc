"""The engine that is always there: tantivy's files in a folder of this machine. A server would stand beside it here."""

from functools import cache
from pathlib import Path

from marketplace.kernel.plugin import current
from search.embedded.engine import Embedded


def embedded() -> Embedded:
    """Return the engine over ``SEARCH_DIR``, by default ``search`` in the instance folder; one per process."""
    registry = current()
    folder = str(registry.setting("SEARCH_DIR"))
    return _over(Path(folder) if folder else registry.settings.instance / "search")


@cache
def _over(folder: Path) -> Embedded:
    # It keeps files open and words counted between queries.
    return Embedded(folder)
