"""Shops side by side, and the same as plain data: what is frozen when one of them is chosen."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.eorder.models import Comparison
from marketplace.eorder.queries.basis import buyer_kind
from marketplace.eorder.queries.beside import NeedView
from marketplace.eorder.queries.methods import MethodView, method_for, methods
from marketplace.eorder.queries.rulebook import CeilingView, ceiling_for
from marketplace.eorder.queries.shops import Candidate, candidates
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words
from marketplace.offices import queries as offices
from marketplace.orders.queries.going_rates import GoingRate, going_rates
from marketplace.sellers import queries as sellers

MOST_COLUMNS = 5
CHECKED = 5_000


def canonical(told: object) -> str:
    """Return plain data as the one text that it has: keys sorted, nothing between."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(told: object) -> str:
    """Return the SHA-256 of plain data as its canonical JSON."""
    return hashlib.sha256(canonical(told).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A need with the shops that stand side by side, and the rest of those that were found."""

    need: NeedView
    columns: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    methods: tuple[MethodView, ...]
    ceiling: CeilingView | None
    rates: Mapping[UUID, GoingRate]
    """What the public paid lately, by variant."""
    lacking: Mapping[UUID, tuple[Words, ...]]
    """Which papers of a shop do not hold on this day, by shop: nobody can approve an order of it before they do."""

    @cached_property
    def able(self) -> tuple[Candidate, ...]:
        """Return the columns that can be chosen."""
        return tuple(one for one in self.columns if one.can)

    @cached_property
    def lowest(self) -> Candidate | None:
        """Return the column with the lowest total among those that have most of what is needed; None without any."""
        fewest = min((len(one.missing) for one in self.able), default=0)
        return min(
            (one for one in self.able if len(one.missing) == fewest), key=lambda one: one.total.amount, default=None
        )

    def method(self, one: Candidate) -> MethodView | None:
        """Return the method by which this much is bought today; None above all of them."""
        return method_for(one.total, self.methods)

    @property
    def wanted(self) -> int:
        """Return how many shops the method wants compared."""
        found = self.method(self.lowest) if self.lowest else None
        return found.offers_wanted if found else max((one.offers_wanted for one in self.methods), default=1)

    def column(self, seller_id: UUID) -> Candidate:
        """Return the column of a shop. Raises NotFound."""
        found = next((one for one in self.columns if one.seller.id == seller_id), None)
        if found is None:
            raise NotFound
        return found

    def needs_reason(self, one: Candidate) -> bool:
        """Tell whether choosing this shop wants a reason: another one costs less, or has more of what is needed."""
        lowest = self.lowest
        if lowest is None or one.seller.id == lowest.seller.id:
            return False
        return one.total > lowest.total or len(one.missing) > len(lowest.missing)

    def over(self, one: Candidate) -> Rupiah | None:
        """Return by how much a unit of it is above the ceiling; None where it is not, or there is none."""
        if self.ceiling is None:
            return None
        each = one.each(self.need.people) or max((part.price for part in one.parts), default=Rupiah(0))
        return each - self.ceiling.most if each > self.ceiling.most else None

    @cached_property
    def seen(self) -> Mapping[str, Any]:
        """Return all that the sheet shows, in plain JSON types."""
        ceiling = self.ceiling
        return {
            "need": self.need.code,
            "day": self.need.day.isoformat(),
            "hour": self.need.hour,
            "people": self.need.people,
            "ceiling": None
            if ceiling is None
            else {"code": ceiling.code, "most_idr": ceiling.most.amount, "basis": ceiling.basis},
            "wanted": self.wanted,
            "lowest": str(self.lowest.seller.id) if self.lowest else None,
            "shops": [_told(one, self) for one in self.columns if one.can],
            "unable": [{**_told(one, self), "why": str(one.why_not)} for one in self.columns if not one.can],
            "others": [{"id": str(one.seller.id), "name": one.seller.name} for one in self.others],
        }

    @cached_property
    def basis(self) -> str:
        """Return the digest of what a decision rests on: who, what, how much, at which price, brought how."""
        told = [
            {name: one[name] for name in ("id", "lines", "shipping_idr", "tax_idr", "total_idr", "way")}
            for one in self.seen["shops"]
        ]
        return digest_of({"need": self.need.code, "day": self.seen["day"], "shops": told})


def compare(need: NeedView, *, shops: Sequence[UUID] = (), swap: Iterable[UUID] = ()) -> Compared:
    """Return the comparison of a need that the actor may see: of the named shops, else of the five that come first.

    The cheapest that can bring everything is always among those five.
    """
    found = candidates(need, swap=swap)
    columns = [one for one in found if one.seller.id in set(shops)] if shops else list(found[:MOST_COLUMNS])
    if not shops and len(found) > MOST_COLUMNS:
        cheapest = min((one for one in found if one.whole and one.can), key=lambda one: one.total.amount, default=None)
        if cheapest is not None and cheapest not in columns:
            columns[-1] = cheapest
    columns = columns[:MOST_COLUMNS]
    shown = {one.seller.id for one in columns}
    what = offices.package_by_id(need.package_id).what
    today = clock.today()
    return Compared(
        need=need,
        columns=tuple(columns),
        others=tuple(one for one in found if one.seller.id not in shown),
        methods=methods(today, buyer_kind(need.unit_code), what),
        ceiling=ceiling_for(need.template, today),
        rates=going_rates([part.offer.variant_id for one in columns for part in one.parts]),
        lacking=sellers.papers_lacking_of(list(shown), today),
    )


def comparisons_broken() -> Iterator[str]:
    """Yield a sentence for each comparison among the newest that is not what it was when it was frozen (R26.1)."""
    wanted = select(Comparison.id, Comparison.seen, Comparison.digest).order_by(Comparison.id.desc()).limit(CHECKED)
    for row in rows(wanted):
        if digest_of(row.seen) != row.digest:
            yield f"eorder: the comparison {row.id} is not what it was when it was frozen"


def _rate(found: GoingRate | None) -> dict[str, int]:
    return {"sold_idr": found.median.amount, "sales": found.sales} if found else {}


def _told(one: Candidate, sheet: Compared) -> dict[str, Any]:
    each = one.each(sheet.need.people)
    return {
        "id": str(one.seller.id),
        "name": one.seller.name,
        "kecamatan": one.seller.kecamatan,
        "lines": [
            {
                "item": str(part.item_id), "words": part.words, "variant": str(part.offer.variant_id),
                "name": part.offer.full_name,
                "qty": part.qty, "unit_idr": part.price.amount, "public_idr": part.offer.price.amount, "rung": part.rung,
                "halal": part.offer.halal, "pirt": part.offer.pirt, "asked": part.asked,
                **_rate(sheet.rates.get(part.offer.variant_id)),
            }
            for part in one.parts
        ],
        "missing": list(one.missing),
        "goods_idr": one.quote.goods.amount,
        "shipping_idr": one.quote.shipping.amount,
        "tax_idr": one.quote.tax.amount,
        "included_tax_idr": one.quote.included_tax.amount,
        "total_idr": one.total.amount,
        "each_idr": each.amount if each is not None else None,
        "over_idr": over.amount if (over := sheet.over(one)) is not None else None,
        "way": one.choice.key if one.choice else "",
        "papers_lacking": [str(paper) for paper in sheet.lacking[one.seller.id]],
        "orders_left": one.orders_left,
        "units_left": one.units_left,
        "orders_this_year": one.past.orders,
        "share_percent": one.past.share,
        "came": one.past.came,
        "in_time": one.past.in_time,
        "reviews": one.past.reviews,
        "stars": one.past.stars,
        "near": one.near,
        "request": one.request_state,
        "note": one.request_note,
    }  # fmt: skip
