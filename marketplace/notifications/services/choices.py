"""What a reader chose: which kinds by which channels."""

from collections.abc import Collection

from sqlalchemy import and_, delete, or_
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.words import _
from marketplace.notifications import queries
from marketplace.notifications.models import Preference


@transactional
def choose(wanted: Collection[str], *, by: Actor) -> None:
    """Keep what the actor ticked, each as ``kind:channel``; what is not ticked is off, but what a kind needs.

    Kept is only what differs from the notices' own channels. Raises Invalid for a name that is on no page of theirs.
    """
    boxes = queries.boxes(by)
    if unknown := set(wanted) - {box.name for box in boxes}:
        said = _("%(name)s is not one of the choices. Load the page again.", name=min(unknown))
        raise Invalid({"pilihan": said})
    differs: list[tuple[queries.Box, bool]] = []
    same: list[tuple[queries.Box, bool]] = []
    for box in boxes:
        on = box.name in wanted or box.needed
        (same if on == box.usual else differs).append((box, on))
    if same:
        usual = (and_(Preference.kind == box.kind, Preference.channel == box.channel) for box, _on in same)
        session.execute(
            delete(Preference)
            .where(Preference.person_id == by.id, or_(*usual))
            .execution_options(synchronize_session=False)
        )
    if differs:
        rows = [{"person_id": by.id, "kind": box.kind, "channel": box.channel, "on": on} for box, on in differs]
        kept = insert(Preference).values(rows)
        session.execute(
            kept.on_conflict_do_update(index_elements=["person_id", "kind", "channel"], set_={"on": kept.excluded.on})
        )
