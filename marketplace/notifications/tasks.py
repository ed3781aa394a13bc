"""Hearing what happened and telling people about it: handlers made from the notices of other plugins, one for each channel."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from marketplace.kernel import crash
from marketplace.kernel.db import session
from marketplace.kernel.events import Event, Handler, inside
from marketplace.kernel.plugin import Schedule, current
from marketplace.notifications import queries, services
from marketplace.notifications.adapters.writing import message
from marketplace.notifications.events import Escalated, ResendAsked, WatchDue
from marketplace.notifications.slots import (
    MAIL,
    Channel,
    Message,
    NobodyThereError,
    Notice,
    NotTakenError,
    Recipient,
    Step,
    notices,
)

SCHEDULE: Mapping[str, Schedule] = {
    "notifications.escalate": Schedule(timedelta(seconds=60), services.call_due),
    "notifications.sweep": Schedule(timedelta(hours=1), services.sweep),
}
CHOICES = "/pengaturan/pemberitahuan"
crash.declare("notifications.tell:sent")


def handlers() -> Mapping[type[Event], tuple[Handler, ...]]:
    """Return a handler for each notice and each channel that could carry it, by the event it follows.

    Mail's is named by the template alone, as it was before there were other channels: what waits for it is delivered.
    """
    derived: dict[type[Event], list[Handler]] = {}
    open_to = queries.open_channels()
    for notice in notices:
        for channel in open_to:
            if queries.could_carry(notice, channel.key):
                run = partial(tell_all, notice, channel)
                derived.setdefault(notice.event, []).append(_handler(notice.template, channel, run))
    derived[WatchDue] = [inside(ask_about)]
    derived[Escalated] = [_handler("escalated", channel, partial(climbed, channel)) for channel in open_to]
    derived[ResendAsked] = [
        _handler("again", channel, partial(again, channel)) for channel in open_to if not channel.inside
    ]
    return {event: tuple(found) for event, found in derived.items()}


def _handler(name: str, channel: Channel, run: Any) -> Handler:  # noqa: ANN401 - a partial of ours
    suffix = "" if channel.key == MAIL else f"@{channel.key}"
    return Handler(f"notifications:{name}{suffix}", inside=channel.inside, run=run)


def tell_all(notice: Notice, channel: Channel, event: Event, delivery: UUID) -> None:
    """Tell each recipient of a notice whom the channel reaches and who wants it so.

    One who is refused does not stop the others, but brings the delivery back.
    """
    if channel.inside and notice.escalate and not notice.escalate.settled(event):
        after = notice.escalate.after
        services.begin_watch(delivery, notice.template, event.name(), event.payload(), after)
    recipients = queries.reached(notice, channel, tuple(notice.to(event)))
    _tell(notice, channel, event, recipients, delivery)


def _tell(
    notice: Notice,
    channel: Channel,
    event: Event,
    recipients: Sequence[Recipient],
    delivery: UUID,
    *,
    about: UUID | None = None,
    why: str | None = None,
) -> None:
    """Tell recipients by one channel; ``about`` is the delivery whose words these are, when they are told again."""
    if not recipients:
        return
    context = dict(notice.context(event))
    if not channel.inside:
        # What was read ends here: no transaction is open while the other side takes its time (R2.5).
        session.rollback()
    refusals = []
    for recipient in recipients:
        said = message(
            recipient,
            notice.template,
            context,
            delivery=about or delivery,
            kind=notice.kind.key if notice.kind else "",
            short=notice.short,
            link=notice.link,
            group=notice.group,
            choices=CHOICES if _may_leave(notice, recipient) else "",
        )
        key = channel.key_of(delivery, channel.address(recipient) or "")
        told = services.Told(
            key=key,
            address=channel.address(recipient) or "",
            template=notice.template,
            channel=channel.key,
            kind=said.kind,
            ref=said.group,
            person_id=recipient.person_id,
            delivery=said.delivery,
            why=why,
        )
        if channel.inside:
            channel.send(said, key)
            services.noted_inside(told)
        elif refusal := send_once(channel, said, told):
            refusals.append(refusal)
    if refusals:
        raise refusals[0]


def _may_leave(notice: Notice, recipient: Recipient) -> bool:
    """Tell whether a reader may choose to get no more letters like this, and has a page to do so."""
    kind = notice.kind
    return kind is not None and not kind.fixed and MAIL not in kind.needed and recipient.person_id is not None


def send_once(channel: Channel, said: Message, told: services.Told) -> NotTakenError | None:
    """Send one message unless it went before; returns the refusal when the other side would not take it."""
    if not services.begin(told):
        return None
    try:
        channel.send(said, told.key)
    except NobodyThereError as refusal:
        services.came_back(told, str(refusal))
        return None
    except NotTakenError as refusal:
        services.refused(told, str(refusal))
        return refusal
    crash.point("notifications.tell:sent")
    services.went(told)
    return None


@dataclass(frozen=True)
class Climb:
    """A watch with what it is about, as its notice sees it."""

    watch: queries.Watched
    notice: Notice
    event: Event

    @property
    def settled(self) -> bool:
        """Tell whether nothing need be done any more."""
        return self.notice.escalate is None or self.notice.escalate.settled(self.event)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps of its notice; a notice that no longer climbs has none."""
        return self.notice.escalate.steps if self.notice.escalate else ()

    def recipients(self, step: Step) -> tuple[Recipient, ...]:
        """Return who a step tells."""
        return tuple((step.to or self.notice.to)(self.event))

    def stepped(self, step: Step) -> Notice:
        """Return the notice as a step tells it."""
        return replace(
            self.notice,
            context=step.context or self.notice.context,
            template=step.template or self.notice.template,
            short=step.short or ("" if step.template else self.notice.short),
            link=step.link or self.notice.link,
            kind=step.kind or self.notice.kind,
        )


def _climb(watch_id: str) -> Climb | None:
    watch = queries.watched(UUID(watch_id))
    if watch is None:
        return None
    notice, kind = queries.notice_by(watch.notice), current().events.get(watch.event)
    if notice is None or kind is None:
        message = f"nobody here knows the notice {watch.notice} or the event {watch.event}"
        raise LookupError(message)
    return Climb(watch, notice, kind(**watch.payload))


def ask_about(event: WatchDue) -> None:
    """Decide about a watch whose time is over, in the transaction of its delivery."""
    found = _climb(event.watch_id)
    if found is None or found.watch.done:
        return
    services.climb(
        found.watch,
        settled=found.settled,
        next_step=partial(_next_step, found),
        steps=len(found.steps),
        after=found.notice.escalate.after if found.notice.escalate else timedelta(0),
    )


def _next_step(found: Climb) -> int | None:
    """Return the first step from the watch's own that reaches anybody by an open channel."""
    open_to = {channel.key: channel for channel in queries.open_channels()}
    for number, step in enumerate(found.steps):
        ways = [open_to[key] for key in step.channels if key in open_to]
        if number >= found.watch.step and ways:
            told = found.recipients(step)
            if any(way.address(one) for way in ways for one in told):
                return number
    return None


def climbed(channel: Channel, event: Escalated, delivery: UUID) -> None:
    """Tell by one channel those of the step that a watch has taken, unless it was settled meanwhile."""
    found = _climb(event.watch_id)
    if found is None or found.settled or found.watch.step >= len(found.steps):
        return
    step = found.steps[found.watch.step]
    if channel.key in step.channels:
        told = [one for one in found.recipients(step) if channel.address(one)]
        _tell(found.stepped(step), channel, found.event, told, delivery)


def again(channel: Channel, event: ResendAsked, delivery: UUID) -> None:
    """Tell one recipient again by the channel by which they were told, in the words of the same event."""
    asked = queries.again(UUID(event.mail_id))
    if asked is None or asked.channel != channel.key:
        return
    for notice, source, recipients in _sources(asked):
        marked = [
            one
            for one in recipients
            if (address := channel.address(one)) and services.mark_of(channel.key, address) == asked.to_hash
        ]
        _tell(notice, channel, source, marked, delivery, about=asked.delivery, why=asked.why)


def _sources(asked: queries.Again) -> Iterator[tuple[Notice, Event, Sequence[Recipient]]]:
    """Give the notice, event and recipients that something told was about; nothing when the outbox forgot it."""
    source = queries.event_of(asked.delivery)
    kind = current().events.get(source.event) if source else None
    if source is None or kind is None:
        return
    event = kind(**source.payload)
    if isinstance(event, Escalated):
        if (found := _climb(event.watch_id)) and found.watch.step < len(found.steps):
            step = found.steps[found.watch.step]
            yield found.stepped(step), found.event, found.recipients(step)
        return
    if notice := queries.notice_by(asked.template):
        yield notice, event, tuple(notice.to(event))
