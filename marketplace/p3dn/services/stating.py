"""What shops state of their products: where they are made, by whom, of what. A newer statement follows; none is changed."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select, text
from sqlalchemy.dialects.postgresql import insert

from marketplace.catalog import queries as catalog
from marketplace.catalog import services as catalog_services
from marketplace.catalog.slots import Described
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.p3dn import policies
from marketplace.p3dn.events import RungMoved
from marketplace.p3dn.forms import MaterialIn, StatementIn
from marketplace.p3dn.models import HUNDRED, Certificate, Covering, Draft, MadeIn, Material, Statement
from marketplace.p3dn.queries.rungs import covers, in_force

FOREIGN = _(
    "A certificate of local content covers this product, and only domestic goods have one. Ask us to revoke it first."
)


@transactional
def keep_draft(product_id: UUID, answers: dict[str, Any], *, by: Actor) -> None:
    """Keep what a shop has answered so far, so that it can go on later. Raises NotFound for the product of others."""
    _own(product_id, by)
    told = insert(Draft).values(product_id=product_id, answers=answers, at=clock.now())
    session.execute(
        told.on_conflict_do_update(
            index_elements=["product_id"],
            set_={"answers": Draft.answers.op("||")(told.excluded.answers), "at": clock.now()},
        )
    )


@transactional
def state(product_id: UUID, data: StatementIn, *, by: Actor) -> UUID:
    """Make a shop's statement of a product, from today on; return its id. The tick on the product's form follows it.

    Raises NotFound for the product of others; Invalid on ``bahan`` when the shares do not make 100 %, on ``asal`` when it is
    made abroad and a certificate covers it.
    """
    _own(product_id, by)
    named = [one for one in data.bahan if one.nama]
    whole = sum(one.bagian for one in named)
    if named and whole != HUNDRED:
        raise Invalid(
            {
                "bahan": _(
                    "The shares of all materials together make 100%%. Now they make %(sum)s%%.", sum=_hundredths(whole)
                )
            }
        )
    if data.asal == str(MadeIn.ABROAD):
        _no_certificate(product_id, "asal")
    made = Statement(
        id=uuid7(), product_id=product_id, from_day=clock.today(), made_in=data.asal, place=" ".join(data.tempat.split()),
        workers=data.pekerja, local_share=_local(named) if named else None, full=True, by=by.reference, at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(
        Material(id=uuid7(), statement_id=made.id, position=position, name=one.nama, origin=one.dari, share=one.bagian)
        for position, one in enumerate(named, start=1)
    )
    session.execute(delete(Draft).where(Draft.product_id == product_id))
    catalog_services.set_origin(product_id, domestic=data.asal == str(MadeIn.INDONESIA))
    told = {"made_in": data.asal, "local_share": made.local_share}
    audit(f"p3dn:{_seller(product_id)}", "p3dn.state", str(product_id), by=by, after=told)
    emit(RungMoved(product_id=str(product_id)))
    return made.id


# Where the tick on a product's form says otherwise than the newest statement, it is a statement of its own.
FOLLOW = text("""
INSERT INTO p3dn_statements (id, product_id, from_day, made_in, place, workers, "full", by, at)
SELECT t.id, t.product_id, :today, CASE WHEN t.domestic THEN :here ELSE :unsaid END, '', :unsaid, false, :by, :now
FROM json_to_recordset(CAST(:told AS json)) AS t (id uuid, product_id uuid, domestic boolean)
WHERE t.domestic <> coalesce((SELECT s.made_in = :here FROM p3dn_statements s WHERE s.product_id = t.product_id
 ORDER BY s.from_day DESC, s.seq DESC LIMIT 1), false)
""")
MOVE = text("""
UPDATE p3dn_coverings AS c SET category_id = t.category_id
FROM json_to_recordset(CAST(:told AS json)) AS t (product_id uuid, category_id uuid)
WHERE c.product_id = t.product_id AND c.category_id <> t.category_id
""")


def described(products: Sequence[Described], by: Actor) -> None:
    """Follow a shop that describes products, in its transaction: the tick is a statement, and coverings know the category."""
    told = json.dumps(
        [
            {
                "id": str(uuid7()),
                "product_id": str(one.product_id),
                "category_id": str(one.category_id),
                "domestic": one.domestic,
            }
            for one in products
        ]
    )
    session.execute(MOVE, {"told": told})
    words = {"here": str(MadeIn.INDONESIA), "unsaid": str(MadeIn.UNSAID), "by": by.reference}
    session.execute(FOLLOW, {"told": told, "today": clock.today(), "now": clock.now(), **words})


def own_products(product_ids: Sequence[UUID], by: Actor) -> dict[UUID, Any]:
    """Return the goods with these ids that an actor's shops sell. Raises NotFound when one is of others."""
    goods = catalog.GOODS
    found = {row.id: row for row in rows(select(goods).where(goods.c.id.in_(product_ids)))}
    if len(found) != len(set(product_ids)) or not all(
        policies.STATE.allows(by, row.seller_id) for row in found.values()
    ):
        raise NotFound
    return found


def _own(product_id: UUID, by: Actor) -> None:
    own_products([product_id], by)


def _seller(product_id: UUID) -> UUID:
    goods = catalog.GOODS
    found: UUID = rows(select(goods.c.seller_id).where(goods.c.id == product_id))[0].seller_id
    return found


def _local(materials: Sequence[MaterialIn]) -> int:
    return sum(one.bagian for one in materials if one.dari == str(MadeIn.INDONESIA))


def _hundredths(share: int) -> str:
    return f"{share // 100}" if share % 100 == 0 else f"{share // 100},{share % 100:02d}"


def _no_certificate(product_id: UUID, field: str) -> None:
    today = clock.today()
    covered = exists().where(
        Covering.product_id == product_id,
        Covering.certificate_id == Certificate.id,
        covers(Covering, today),
        in_force(Certificate, today),
    )
    if session.scalar(select(covered)):
        raise Invalid({field: FOREIGN})
