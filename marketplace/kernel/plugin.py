"""The contract: a plugin is its manifest, a slot is a place its owner lets others fill, a registry holds both, frozen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

import click
from flask import Blueprint

from marketplace.kernel import words
from marketplace.kernel.access import Permission
from marketplace.kernel.events import Event, Handler
from marketplace.kernel.settings import Settings
from marketplace.kernel.words import Voices, Words

GROUP = "marketplace.plugins"
T = TypeVar("T")


class PluginError(Exception):
    """The set of plugins cannot start; the message is one sentence that says which and why."""


@dataclass(frozen=True)
class Fill(Generic[T]):
    """One thing put into one slot."""

    slot: str
    thing: T


@dataclass(frozen=True)
class Slot(Generic[T]):
    """A place of its owner's that plugins above fill. Call it to make a fill; iterate it for all, in plugin order."""

    name: str

    def __call__(self, thing: T) -> Fill[T]:
        """Make a fill of this slot for a manifest."""
        return Fill(self.name, thing)

    def __iter__(self) -> Iterator[T]:
        """Give what the plugins of the present application put in."""
        return iter(current().fills.get(self.name, ()))


@dataclass(frozen=True)
class Schedule:
    """A sweep that is due again ``every`` so often, whoever runs it; it must be harmless to run twice."""

    every: timedelta
    run: Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """What a plugin is and does. What this does not say, the plugin does not do; nothing happens on import."""

    name: str
    label: Words
    requires: tuple[str, ...] = ()
    models: ModuleType | None = None
    migrations: Path | None = None
    translations: Path | None = None
    static: Path | None = None
    blueprints: tuple[Blueprint, ...] = ()
    commands: tuple[click.Command, ...] = ()
    schedule: Mapping[str, Schedule] = field(default_factory=dict)
    permissions: tuple[Permission[Any], ...] = ()
    emits: tuple[type[Event], ...] = ()
    handles: Mapping[type[Event], tuple[Handler, ...]] = field(default_factory=dict)
    derives: Callable[[], Mapping[type[Event], tuple[Handler, ...]]] | None = None
    """For hosts: handlers that follow from what others put into this plugin's slots; asked once, at install."""
    fills: tuple[Fill[Any], ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    """Defaults by upper-case name; the environment's ``JKP_<NAME>`` or ``<NAME>`` overrides."""


@dataclass(frozen=True, kw_only=True)
class Registry:
    """Everything that the plugins of one application declare, in plugin order; never changed after install."""

    plugins: tuple[Plugin, ...]
    settings: Settings
    fills: Mapping[str, tuple[Any, ...]]
    events: Mapping[str, type[Event]] = field(default_factory=dict)
    handlers: Mapping[str, tuple[Handler, ...]] = field(default_factory=dict)
    schedule: Mapping[str, Schedule] = field(default_factory=dict)
    voices: Voices = field(default_factory=dict)

    def setting(self, name: str) -> Any:  # noqa: ANN401 - the plugin that declared the default knows its type
        """Return a plugin's setting by its upper-case name; KeyError when no manifest declares it."""
        return self.settings.extra[name]


_current: ContextVar[Registry] = ContextVar("registry")


def current() -> Registry:
    """Return the registry of the present application; LookupError outside one."""
    return _current.get()


def enter(registry: Registry) -> None:
    """Make the registry the present one for this thread of work."""
    _current.set(registry)
    words.hear(registry.voices)


def collect(disabled: Sequence[str] = ()) -> tuple[Plugin, ...]:
    """Load every manifest of the entry-point group but the disabled ones, sorted so that each stands on those before it."""
    found = {point.name: point.load() for point in entry_points(group=GROUP) if point.name not in disabled}
    for name, plugin in found.items():
        if not isinstance(plugin, Plugin) or plugin.name != name:
            message = f"The entry point {name!r} of {GROUP} does not give a plugin of that name."
            raise PluginError(message)
    return ordered(tuple(found.values()))


def ordered(plugins: Sequence[Plugin]) -> tuple[Plugin, ...]:
    """Sort by ``requires``, ties by name, so that the order is the same everywhere; PluginError when that cannot be."""
    waiting = {plugin.name: plugin for plugin in sorted(plugins, key=lambda plugin: plugin.name)}
    for plugin in waiting.values():
        if missing := [name for name in plugin.requires if name not in waiting]:
            message = f"The plugin {plugin.name!r} requires {missing[0]!r}, which is not installed or is disabled."
            raise PluginError(message)
    done: dict[str, Plugin] = {}
    while waiting:
        ready = next((plugin for plugin in waiting.values() if all(name in done for name in plugin.requires)), None)
        if ready is None:
            message = f"These plugins require each other in a circle: {', '.join(waiting)}."
            raise PluginError(message)
        done[ready.name] = waiting.pop(ready.name)
    return tuple(done.values())


def install(plugins: Sequence[Plugin], settings: Settings, house: Plugin | None = None) -> Registry:
    """Join the manifests into one registry and enter it. ``house`` is the program itself, before all plugins."""
    everyone = (house, *plugins) if house else tuple(plugins)
    fills: dict[str, list[Any]] = {}
    for fill in (fill for plugin in everyone for fill in plugin.fills):
        fills.setdefault(fill.slot, []).append(fill.thing)
    frozen = {name: tuple(things) for name, things in fills.items()}
    enter(Registry(plugins=tuple(plugins), settings=settings, fills=frozen))
    handlers: dict[str, list[Handler]] = {}
    for plugin in everyone:
        _check_tables(plugin)
        for table in (plugin.handles, plugin.derives() if plugin.derives else {}):
            for event, wanted in table.items():
                handlers.setdefault(event.name(), []).extend(wanted)
    registry = Registry(
        plugins=tuple(plugins),
        settings=settings,
        fills=frozen,
        events={event.name(): event for plugin in plugins for event in plugin.emits},
        handlers={name: tuple(wanted) for name, wanted in handlers.items()},
        schedule={name: plan for plugin in everyone for name, plan in plugin.schedule.items()},
        voices=words.read([plugin.translations for plugin in everyone if plugin.translations]),
    )
    enter(registry)
    return registry


def _check_tables(plugin: Plugin) -> None:
    if plugin.models is None:
        return
    for thing in vars(plugin.models).values():
        table = getattr(thing, "__tablename__", None)
        if table and thing.__module__ == plugin.models.__name__ and not table.startswith(f"{plugin.name}_"):
            message = f"The table {table!r} must begin with the name of its plugin, {plugin.name}_."
            raise PluginError(message)
