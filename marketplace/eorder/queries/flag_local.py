"""The question of local content: a lower rung than was on the market was chosen (Perpres 46/2025 article 66(2))."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.eorder.models import Comparison, Line, Order
from marketplace.eorder.slots import Facts, Flag
from marketplace.kernel.db import rows
from marketplace.kernel.words import Words, _
from marketplace.p3dn.queries import LADDER, RANK, classify, rung_name
from marketplace.web.formats import hundredths


def lower_rung(order_id: UUID) -> Facts | None:
    """Find lines that are imported, below the least TKDN of a market, or on a lower rung than a shop beside them offered."""
    wanted = (
        select(Line.product_id, Line.item_id, Line.name, Order.seller_id, Comparison.seen)
        .join(Order, Order.id == Line.order_id)
        .join(Comparison, Comparison.id == Order.comparison_id)
        .where(Line.order_id == order_id, Line.qty > 0)
        .order_by(Line.position)
    )
    found = rows(wanted)
    known = classify([row.product_id for row in found])
    told = []
    for row in found:
        local = known[row.product_id]
        best = min((RANK[rung] for rung in _beside(row.seen, row.item_id, row.seller_id)), default=len(LADDER))
        if local.wants_reason or best < RANK[local.rung]:
            told.append(
                {"name": row.name, "rung": local.rung, "tkdn": local.tkdn, "least": local.least, "market": local.market}
            )
    return {"lines": told} if told else None


def _beside(seen: Mapping[str, Any], item_id: UUID, seller_id: UUID) -> Iterator[str]:
    """Yield the rungs on which the other shops of a comparison that could bring everything offered the same thing."""
    shops: Sequence[Mapping[str, Any]] = seen.get("shops", ())
    for shop in shops:
        if shop["id"] != str(seller_id) and not shop["missing"]:
            yield from (line["rung"] for line in shop["lines"] if line["item"] == str(item_id) and line["rung"] in RANK)


def _said(facts: Facts) -> Words:
    lines = facts["lines"]
    first = lines[0]
    if first["market"] and first["tkdn"] < first["least"]:
        return _(
            "%(name)s has a TKDN of %(tkdn)s, and its category has products from which at least %(least)s must be bought.",
            name=first["name"],
            tkdn=hundredths(first["tkdn"]),
            least=hundredths(first["least"]),
        )
    return _(
        "%(name)s: %(rung)s. A better rung was on the market.", name=first["name"], rung=str(rung_name(first["rung"]))
    )


LOWER_RUNG = Flag(
    key="lower_rung", label=_("Lower rung of local content"), owner="BPPBJ", basis="Perpres 46/2025 pasal 66 ayat (2)",
    look=lower_rung, explain=_said,
)  # fmt: skip
