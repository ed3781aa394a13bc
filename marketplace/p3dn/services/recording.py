"""The ledger: what was accepted is written down once, in the transaction of the fact, with the sums over it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from marketplace.catalog.queries import GOODS
from marketplace.kernel import clock
from marketplace.kernel.db import rows, session, writing
from marketplace.kernel.money import Rupiah
from marketplace.p3dn.models import NONE, Entry, Rung
from marketplace.p3dn.models.ledger import SHARDS
from marketplace.p3dn.queries.rungs import Local
from marketplace.p3dn.slots import standings_of
from marketplace.sellers import queries as sellers

LEDGER = "p3dn ledger"
"""Shared by all who write, taken whole by who seals a report: below its cut-off no entry appears later."""
# The entries and all sums in one statement: an entry that is there already adds nothing, and rows are touched in key order.
WRITE = text("""
WITH told AS (
 SELECT * FROM json_to_recordset(CAST(:entries AS json)) AS t (
  source text, reference text, line smallint, day date, channel text, code text, unit_code text, programme text, package text,
  seller_id uuid, kecamatan_code text, mentor text, product_id uuid, category_id uuid, name text, qty integer, value_idr bigint,
  local_class text, rung text, tkdn integer, bmp integer, certificate text, kind text, policy_id uuid, umk boolean,
  jakpreneur boolean, takes_back bigint, at timestamptz)
), added AS (
 INSERT INTO p3dn_entries (source, reference, line, day, channel, code, unit_code, programme, package, seller_id,
  kecamatan_code, mentor, product_id, category_id, name, qty, value_idr, local_class, rung, tkdn, bmp, certificate, kind,
  policy_id, umk, jakpreneur, takes_back, at)
 SELECT source, reference, line, day, channel, code, unit_code, programme, package, seller_id, kecamatan_code,
  mentor, product_id, category_id, name, qty, value_idr, local_class, rung, tkdn, bmp, certificate, kind, policy_id, umk,
  jakpreneur, takes_back, at
 FROM told ORDER BY source, reference, line
 ON CONFLICT (source, reference, line) DO NOTHING
 RETURNING *
), of_keys AS (
 INSERT INTO p3dn_by_key AS s (month, part, key, channel, local_class, umk, shard, value_idr, entries, certified_idr, weighted)
 SELECT date_trunc('month', day)::date, part, key, channel, local_class, umk,
  (CASE WHEN key = '' OR part = 'category' THEN pg_current_xact_id()::text::bigint % :shards ELSE 0 END)::smallint,
  sum(value_idr), count(*), coalesce(sum(value_idr) FILTER (WHERE certificate <> ''), 0), sum(value_idr * tkdn)
 FROM added, LATERAL (VALUES ('unit', unit_code), ('category', category_id::text)) AS k (part, key)
 GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
 ON CONFLICT (month, part, key, channel, local_class, umk, shard) DO UPDATE SET
  value_idr = s.value_idr + excluded.value_idr, entries = s.entries + excluded.entries,
  certified_idr = s.certified_idr + excluded.certified_idr, weighted = s.weighted + excluded.weighted
), of_units AS (
 INSERT INTO p3dn_by_unit AS s (month, unit_code, category_id, channel, local_class, umk, shard, value_idr, entries,
  certified_idr, weighted)
 SELECT date_trunc('month', day)::date, unit_code, category_id, channel, local_class, umk,
  (CASE WHEN unit_code = '' THEN pg_current_xact_id()::text::bigint % :shards ELSE 0 END)::smallint,
  sum(value_idr), count(*), coalesce(sum(value_idr) FILTER (WHERE certificate <> ''), 0), sum(value_idr * tkdn)
 FROM added GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
 ON CONFLICT (month, unit_code, category_id, channel, local_class, umk, shard) DO UPDATE SET
  value_idr = s.value_idr + excluded.value_idr, entries = s.entries + excluded.entries,
  certified_idr = s.certified_idr + excluded.certified_idr, weighted = s.weighted + excluded.weighted
), of_shops AS (
 INSERT INTO p3dn_by_shop AS s (span, since, seller_id, category_id, channel, kecamatan_code, mentor, value_idr, domestic_idr,
  entries)
 SELECT span, date_trunc(span, day)::date, seller_id, category_id, channel, kecamatan_code, mentor, sum(value_idr),
  coalesce(sum(value_idr) FILTER (WHERE local_class IN ('PDN_TKDN', 'PDN_NO_TKDN')), 0), count(*)
 FROM added, LATERAL (VALUES ('month'), ('year')) AS k (span) GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
 ON CONFLICT (span, since, seller_id, category_id, channel, kecamatan_code, mentor) DO UPDATE SET
  value_idr = s.value_idr + excluded.value_idr, domestic_idr = s.domestic_idr + excluded.domestic_idr,
  entries = s.entries + excluded.entries
)
SELECT count(*) AS added FROM added
""")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A line of accepted value. ``value`` is in rupiah without PPN and PBJT, and above zero; ``local`` is as its line froze it.

    ``product_id`` is None for delivery. ``source``, ``reference`` and ``line`` name it once for all time.
    """

    source: str
    reference: str
    line: int
    day: date
    channel: str
    code: str
    seller_id: UUID
    product_id: UUID | None
    name: str
    qty: int
    value: Rupiah
    local: Local
    unit_code: str = ""
    programme: str = ""
    package: str = ""


@dataclass(frozen=True, kw_only=True)
class Back:
    """Value that comes back of a line that was accepted, in rupiah above zero.

    The line is one of ``of_references``, the first of them that was recorded.
    """

    reference: str
    line: int
    day: date
    qty: int
    value: Rupiah
    of_references: tuple[str, ...]
    of_line: int


def record(facts: Sequence[Fact]) -> int:
    """Write down what was accepted, in the transaction of the fact; return how many were not known yet.

    Guard (R26.3): a fact counts once, with the class of its day. Raises ValueError for a value that is not above zero.
    """
    if not facts:
        return 0
    if any(fact.value.amount <= 0 for fact in facts):
        raise ValueError("what was accepted is worth something")
    shops = sellers.sellers([fact.seller_id for fact in facts])
    standing = standings_of(list({fact.seller_id for fact in facts}))
    categories = _categories([fact.product_id for fact in facts if fact.product_id])
    told = []
    for fact in facts:
        shop, counts = shops.get(fact.seller_id), standing[fact.seller_id]
        told.append(
            {
                "source": fact.source, "reference": fact.reference, "line": fact.line, "day": fact.day,
                "channel": fact.channel, "code": fact.code, "unit_code": fact.unit_code, "programme": fact.programme,
                "package": fact.package, "seller_id": fact.seller_id,
                "kecamatan_code": shop.kecamatan_code if shop else "", "mentor": counts.mentor,
                "product_id": fact.product_id, "category_id": categories.get(fact.product_id, NONE), "name": fact.name,
                "qty": fact.qty, "value_idr": fact.value.amount, **_frozen(fact.local), "umk": counts.umk,
                "jakpreneur": counts.jakpreneur, "takes_back": None, "at": clock.now(),
            }
        )  # fmt: skip
    return _write(told)


def take_back(source: str, backs: Sequence[Back]) -> int:
    """Write down what came back, as entries below zero of what those lines were; return how many were not known yet.

    Guard (R26.3): what comes back counts as what it was, on the day it comes back. Raises LookupError when a line was never
    recorded, ValueError for a value that is not above zero.
    """
    if not backs:
        return 0
    if any(one.value.amount <= 0 for one in backs):
        raise ValueError("what comes back is worth something")
    named = [reference for one in backs for reference in one.of_references]
    known = select(Entry).where(Entry.source == source, Entry.reference.in_(named), Entry.takes_back.is_(None))
    lines = {(one.reference, one.line): one for one in session.scalars(known)}
    told = []
    for one in backs:
        was = next((lines[key] for of in one.of_references if (key := (of, one.of_line)) in lines), None)
        if was is None:
            raise LookupError(f"{source}: nothing was recorded of line {one.of_line} of {one.of_references[0]}")
        same = {name: getattr(was, name) for name in SAME}
        told.append(
            {
                **same, "reference": one.reference, "line": one.line, "day": one.day, "qty": -one.qty,
                "value_idr": -one.value.amount, "takes_back": was.seq, "at": clock.now(),
            }
        )  # fmt: skip
    return _write(told)


SAME = (
    "source", "channel", "code", "unit_code", "programme", "package", "seller_id", "kecamatan_code", "mentor", "product_id",
    "category_id", "name", "local_class", "rung", "tkdn", "bmp", "certificate", "kind", "policy_id", "umk", "jakpreneur",
)  # fmt: skip


def _frozen(local: Local) -> Mapping[str, Any]:
    return {
        "local_class": local.local_class, "rung": local.rung, "tkdn": local.tkdn, "bmp": local.bmp,
        "certificate": local.certificate, "kind": local.kind, "policy_id": local.policy_id or None,
    }  # fmt: skip


def _categories(product_ids: Sequence[UUID]) -> dict[UUID | None, UUID]:
    if not product_ids:
        return {}
    return {
        row.id: row.category_id
        for row in rows(select(GOODS.c.id, GOODS.c.category_id).where(GOODS.c.id.in_(product_ids)))
    }


def _write(told: Sequence[Mapping[str, Any]]) -> int:
    if not writing():
        raise RuntimeError("the ledger is written in the transaction of the fact")
    session.execute(text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:name, 0))"), {"name": LEDGER})
    session.flush()
    return int(rows(WRITE, {"entries": json.dumps(told, default=str), "shards": SHARDS})[0].added)


DELIVERY = Local(rung=Rung.DOMESTIC)
"""What a shop's own delivery counts as: work done here, without a certificate."""
