"""The manifest of search: a host low on the ladder that knows the kernel alone."""

from datetime import timedelta
from pathlib import Path

from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.words import _
from search import adapters, commands, services, tasks
from search.slots import engines

plugin = Plugin(
    name="search",
    label=_("Search"),
    translations=Path(__file__).parent / "translations",
    commands=(commands.rebuild, commands.status),
    derives=tasks.handlers,
    schedule={"search.refresh": Schedule(every=timedelta(seconds=10), run=services.refresh)},
    fills=(engines(adapters.embedded),),
    settings={"SEARCH_DIR": ""},
)
