"""State machines as data: a table of moves, checked at import, and one way to make a move."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Executable, Table, Text, bindparam, inspect, update
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import Identified, pending, session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import _

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Machine(Generic[S]):
    """Where things start, and where they may go from each state; a state with no moves is an end.

    Raises ValueError at import when a state of the enum is missing from the table or cannot be reached.
    """

    start: S
    moves: Mapping[S, tuple[S, ...]]

    def __post_init__(self) -> None:
        """Check that the table is whole."""
        states = set(type(self.start))
        reached, waiting = {self.start}, [self.start]
        while waiting:
            for state in self.moves.get(waiting.pop(), ()):
                if state not in reached:
                    reached.add(state)
                    waiting.append(state)
        if lost := sorted((states ^ set(self.moves)) | (states - reached)):
            message = f"these states are missing from the table or out of reach: {', '.join(lost)}"
            raise ValueError(message)

    def allows(self, was: S, to: S) -> bool:
        """Tell whether the table has this move."""
        return to in self.moves[was]

    def drawing(self) -> str:
        """Return the machine as a Mermaid state diagram for the docs."""
        lines = [f"    {was} --> {to}" for was, targets in self.moves.items() for to in targets]
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.start}", *lines])


class Stateful(Identified):
    """A table with a ``state`` that only ``move`` changes."""

    machine: ClassVar[Machine[StrEnum]]
    state: Mapped[str] = mapped_column(Text, index=True)

    def move(self, to: StrEnum, *, by: Actor, why: str = "", **values: object) -> None:
        """Go to a state and write down was, now, who, when and why; ``values`` are other columns that change with it.

        The present state stands in the statement's WHERE (R2.6): raises Conflict ``state`` when the table has no such
        move or somebody else moved the thing meanwhile.
        """
        was, table = self.state, inspect(type(self)).local_table
        values["state"] = str(to)
        moved = (
            self.machine.allows(type(to)(was), to)
            and session.execute(_step(table), {"its_id": self.id, "its_state": was, **values}).one_or_none()
        )
        if not moved:
            raise Conflict("state", _("This was changed meanwhile. Reload the page to see how it stands."), state=was)
        for name, value in values.items():
            set_committed_value(self, name, value)
        record_move(table.name, self.id, was, str(to), by=by, why=why)


@functools.cache
def _step(table: Table) -> Executable:
    here = update(table).where(table.c.id == bindparam("its_id"), table.c.state == bindparam("its_state"))
    return here.returning(table.c.id)


def record_move(kind: str, thing_id: UUID, was: str, now: str, *, by: Actor, why: str = "") -> None:
    """Append a step to the history of a thing; the first step of all comes from the empty state.

    All steps of a transaction are written at its end, with what it tells.
    """
    step = {"id": str(uuid7()), "kind": kind, "thing_id": str(thing_id), "was": was, "now": now, "why": why}
    pending("moves").append({**step, "by": by.reference, "at": clock.now().isoformat()})
