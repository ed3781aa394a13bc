"""What readers may choose, what they chose, and by which channels a notice therefore goes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.words import Words
from marketplace.notifications.models import Preference
from marketplace.notifications.slots import Channel, Kind, Notice, Recipient, channels, notices


@dataclass(frozen=True)
class Box:
    """A kind by a channel, as a box to tick: how it is usually, how it is now, and whether it stays on whatever is ticked."""

    kind: str
    channel: str
    label: Words
    usual: bool
    on: bool
    needed: bool

    @property
    def name(self) -> str:
        """Return how a form calls it."""
        return f"{self.kind}:{self.channel}"


@dataclass(frozen=True)
class Choice:
    """A kind with its boxes."""

    kind: Kind
    boxes: tuple[Box, ...]


def open_channels() -> tuple[Channel, ...]:
    """Return the channels that this installation has."""
    return tuple(channel for channel in channels if channel.available())


def could_carry(notice: Notice, channel: str) -> bool:
    """Tell whether a notice may ever go by a channel: it names it, or its readers may choose it."""
    named = channel in notice.channels or channel in notice.otherwise
    return named or (notice.kind is not None and not notice.kind.fixed)


def choices(actor: Actor) -> tuple[Choice, ...]:
    """Return the kinds that concern the actor, by their words' order in the notices, each with the channels that are open."""
    kinds: dict[str, Kind] = {}
    usual: dict[str, set[str]] = {}
    for kind, ways in _kinds():
        if kind.concerns(actor):
            kinds.setdefault(kind.key, kind)
            usual.setdefault(kind.key, set()).update(ways)
    chosen = _chosen(actor)
    return tuple(
        Choice(kind, tuple(_boxes(kind, usual[kind.key], chosen)))
        for kind in sorted(kinds.values(), key=lambda one: one.fixed)
    )


def _kinds() -> Iterator[tuple[Kind, tuple[str, ...]]]:
    """Give each kind that a notice, or a step of one, is of, with its usual channels."""
    for notice in notices:
        if notice.kind is not None:
            yield notice.kind, notice.channels
        for step in notice.escalate.steps if notice.escalate else ():
            if step.kind is not None:
                yield step.kind, step.channels


def _boxes(kind: Kind, usual: Collection[str], chosen: Mapping[tuple[str, str], bool]) -> Iterable[Box]:
    for channel in open_channels():
        at_first = channel.key in usual
        if kind.fixed and not at_first:
            continue
        needed = kind.fixed or channel.key in kind.needed
        on = needed or chosen.get((kind.key, channel.key), at_first)
        yield Box(kind.key, channel.key, channel.label, at_first, on, needed)


def boxes(actor: Actor) -> tuple[Box, ...]:
    """Return every box on the actor's page of choices."""
    return tuple(box for choice in choices(actor) for box in choice.boxes)


def _chosen(actor: Actor) -> dict[tuple[str, str], bool]:
    found = select(Preference.kind, Preference.channel, Preference.on).where(Preference.person_id == actor.id)
    return {(row.kind, row.channel): row.on for row in session.execute(found)}


def reached(notice: Notice, channel: Channel, recipients: Sequence[Recipient]) -> list[Recipient]:
    """Return whom of a notice's recipients a channel tells: who has an address there, and wants or needs it.

    One statement, and none for a notice without a choice.
    """
    here = [one for one in recipients if channel.address(one)]
    usual, kind = channel.key in notice.channels, notice.kind
    if kind is not None and not kind.fixed and channel.key not in kind.needed:
        off = _differing(kind.key, channel.key, here)
        told = [one for one in here if off.get(one.person_id, usual)]
    else:
        told = here if usual else []
    if channel.key in notice.otherwise:
        ways = [one for one in open_channels() if one.key in notice.channels]
        told += [one for one in here if one not in told and not any(way.address(one) for way in ways)]
    return told


def _differing(kind: str, channel: str, recipients: Iterable[Recipient]) -> dict[UUID | None, bool]:
    people = [one.person_id for one in recipients if one.person_id]
    if not people:
        return {}
    found = select(Preference.person_id, Preference.on).where(
        Preference.person_id.in_(people), Preference.kind == kind, Preference.channel == channel
    )
    return {row.person_id: row.on for row in session.execute(found)}
