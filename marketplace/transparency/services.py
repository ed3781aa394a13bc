"""Publishing: what became different of a process that is public is a release of its own."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.dialects.postgresql import insert

from marketplace.catalog import queries as catalog
from marketplace.eorder import queries as eorder
from marketplace.kernel import clock
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.ids import uuid7
from marketplace.kernel.plugin import current
from marketplace.kernel.words import language, speaking
from marketplace.offices import queries as offices
from marketplace.sellers import queries as sellers
from marketplace.transparency.models import OpenProcess, Release
from marketplace.transparency.queries.ocds import LANGUAGE, Names, body, tags

FEED = "transparency feed"
"""Held while a release is written until it is to be seen: below a number that was given out nothing appears later."""
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
AT_ONCE = 300
"""Some four seconds of work, for which the worker leaves everything else."""


@transactional
def publish(need_id: UUID) -> bool:
    """Publish what became different of a need; return whether anything did. Harmless again.

    Guard (R26.3): what was published is never told twice; below a number of the feed nothing appears later.
    """
    session.execute(LOCK, {"name": f"transparency {need_id}"})
    found = eorder.process(need_id)
    if found is None:
        return False
    known = rows(select(OpenProcess.id, OpenProcess.releases).where(OpenProcess.need_id == need_id))
    process_id, number = (known[0].id, known[0].releases) if known else (uuid7(), 0)
    before = None
    if number:
        of = Release.process_id == process_id, Release.number == number
        before = rows(select(Release.body).where(*of))[0].body
    with speaking(LANGUAGE):
        now = body(found, _names(found), before)
    new = tags(now, before)
    if not new:
        return False
    session.execute(LOCK, {"name": FEED})
    made = insert(OpenProcess).values(
        id=process_id, need_id=need_id, ocid=f"{prefix()}-{found.code}", year=found.year, releases=1
    )
    session.execute(made.on_conflict_do_update(index_elements=["need_id"], set_={"releases": OpenProcess.releases + 1}))
    session.execute(
        insert(Release).values(process_id=process_id, number=number + 1, at=clock.now(), tags=list(new), body=now)
    )
    return True


def publish_earlier() -> int:
    """Publish processes that became public before there was anything to publish them; return how many, at most 300."""
    need_id = eorder.OPEN_NEEDS.c.id
    known = exists().where(OpenProcess.need_id == need_id)
    found = rows(select(need_id).where(~known).order_by(need_id).limit(AT_ONCE))
    return sum(publish(row.id) for row in found)


def prefix() -> str:
    """Return what the names of processes begin with: the publisher's, as the Open Contracting Partnership registered it."""
    return str(current().setting("OCID_PREFIX"))


def _names(found: eorder.Process) -> Names:
    tree = catalog.category_tree()
    goods = {line.product_id for deal in found.deals for line in deal.lines}
    filed = select(catalog.GOODS.c.id, catalog.GOODS.c.category_id).where(catalog.GOODS.c.id.in_(goods))
    categories = {row.id: row.category_id for row in rows(filed)} if goods else {}
    by_id = {one.id: one for one in tree.by_slug.values()}
    told: Mapping[UUID, tuple[str, str]] = {
        product: (by_id[one].slug, by_id[one].said(language())) for product, one in categories.items() if one in by_id
    }
    return Names(
        unit=offices.unit_names([found.unit_code]).get(found.unit_code, found.unit_code),
        shops=sellers.sellers({deal.seller_id for deal in found.deals}),
        categories=told,
    )
