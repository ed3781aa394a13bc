"""One order, gone all its way through the program, and a hundred thousand like it by COPY: with their money, goods and history.

Each copy has ids, a code and times of its own; balances, stock and days are counted anew at the end, so that ``jkp verify``
finds nothing. No audit entry and no letter is copied: nobody did it, and nobody was told. Papers get numbers of their own and
are not drawn.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from marketplace.documents.queries.papers import digest
from marketplace.kernel.ids import CODE_LENGTH, token_hash, uuid7

TABLES = (
    "orders_orders", "orders_suborders", "orders_lines", "orders_refunds", "orders_refund_lines", "payments_charges",
    "payments_refunds", "payments_accounts", "payments_entries", "catalog_reservations", "catalog_stock_moves",
    "delivery_bookings", "kernel_moves",
)  # fmt: skip
"""What belongs to an order, the named before those that name it."""
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00")
OWN_DIGITS = 12
"""So many of an id's last digits say which copy it is; those before tell the ids of one order from each other."""
COUNTED = (
    """UPDATE payments_accounts a SET debited_idr = s.debited, credited_idr = s.credited FROM (
        SELECT key, sum(debited) AS debited, sum(credited) AS credited FROM (
            SELECT debit AS key, amount_idr AS debited, 0 AS credited FROM payments_entries
            UNION ALL SELECT credit, 0, amount_idr FROM payments_entries) AS sides GROUP BY key
    ) AS s WHERE a.key = s.key AND (a.debited_idr, a.credited_idr) <> (s.debited, s.credited)""",
    """INSERT INTO catalog_stock_moves (id, variant_id, delta, reason, reference, by, at)
    SELECT gen_random_uuid(), s.variant_id, s.on_hand - sum(m.delta), 'counted', '', 'system', now()
    FROM catalog_stock s JOIN catalog_stock_moves m ON m.variant_id = s.variant_id
    GROUP BY s.variant_id, s.on_hand HAVING sum(m.delta) <> s.on_hand""",
    """UPDATE delivery_days d SET orders_taken = b.orders, units_taken = b.units FROM (
        SELECT seller_id, day, p.slot, count(*) AS orders, sum(units) AS units
        FROM delivery_bookings, LATERAL (SELECT '' AS slot UNION SELECT delivery_bookings.slot) AS p
        WHERE state <> 'given_back' GROUP BY seller_id, day, p.slot
    ) AS b WHERE (b.seller_id, b.day, b.slot) = (d.seller_id, d.day, d.slot)""",
)


@dataclass(frozen=True)
class Model:
    """The rows of an order as COPY writes them: in pieces, between which stands what each copy has of its own."""

    columns: dict[str, list[str]]
    rows: dict[str, list[list[tuple[str, str]]]]
    instants: tuple[datetime, ...]
    ids: frozenset[UUID]
    marks: dict[str, tuple[str, str]]
    cut: re.Pattern[str]


def multiply(url: str, code: str, times: int, *, apart: timedelta) -> int:
    """Copy the order of a code so many times, each ``apart`` from the one before and back in time; return the rows written.

    Raises LookupError for an unknown code. Foreign keys are not looked at row by row, which needs a superuser.
    """
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SET timezone = 'UTC'")
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("SET LOCAL statement_timeout = 0")
        found = connection.execute("SELECT id FROM orders_orders WHERE code = %s", [code]).fetchone()
        if found is None:
            raise LookupError(code)
        model = model_of(
            connection, TABLES, {found[0]}, {code: ("code", ""), f"JKP-{code[:4]}-{code[4:]}": ("shown", "")}
        )
        copies = [_own(model, number, apart) for number in range(1, times + 1)]
        written = sum(copy_rows(connection, model, table, copies) for table in TABLES)
        written += _copy_papers(connection, model, times, apart)
        for counted in COUNTED:
            connection.execute(counted.encode())
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return written


def copy_rows(connection: psycopg.Connection, model: Model, table: str, copies: Iterable[Mapping[str, str]]) -> int:
    """Write the rows of a table once for each copy, with what that copy has of its own; return how many."""
    if not model.rows[table]:
        return 0
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, model.columns[table]))
    )
    written = 0
    with connection.cursor() as cursor, cursor.copy(into) as sheet:
        for own in copies:
            for pieces in model.rows[table]:
                sheet.write(_joined(pieces, own))
                written += 1
    return written


PAPERS = (
    "SELECT kind, owner, year, subject, data::text, stamp_duty, issued_at FROM documents_papers WHERE subject = ANY(%s)"
)
NUMBERED = """UPDATE documents_series s SET last = s.last + %(times)s
WHERE (kind, owner, year) = (%(kind)s, %(owner)s, %(year)s) RETURNING s.last - %(times)s"""
INTO = """COPY documents_papers (id, kind, owner, year, number, shown, subject, data, digest, stamp_duty, token_hash, issued_at)
FROM STDIN"""


def _copy_papers(connection: psycopg.Connection, model: Model, times: int, apart: timedelta) -> int:
    """Issue to each copy the papers of the order, in the numbers that follow; none is drawn, and none has a check page."""
    found = connection.execute(PAPERS, [[str(one) for one in model.ids]]).fetchall()
    for kind, owner, year, subject, data, stamp, issued_at in found:
        before = connection.execute(NUMBERED, {"times": times, "kind": kind, "owner": owner, "year": year}).fetchone()
        assert before is not None
        pieces, about = list(_pieces(data, model.cut, model.marks)), list(_pieces(subject, model.cut, model.marks))
        with connection.cursor() as cursor, cursor.copy(INTO) as sheet:
            for number in range(1, times + 1):
                own, shown = _own(model, number, apart), f"{kind}/{owner}/{year}/{before[0] + number}"
                frozen = json.loads(_joined(pieces, own))
                at = issued_at.astimezone(UTC) - number * apart
                paper_id = uuid7()
                mark = digest(kind, shown, at, None, frozen)
                row = (
                    paper_id,
                    kind,
                    owner,
                    year,
                    before[0] + number,
                    shown,
                    _joined(about, own),
                    Jsonb(frozen),
                    mark,
                    stamp,
                )
                sheet.write_row((*row, token_hash(str(paper_id)), at))
    return times * len(found)


def _joined(pieces: Sequence[tuple[str, str]], own: Mapping[str, str]) -> str:
    return "".join(own[name] if name else text for name, text in pieces)


def code_of(number: int, first: str) -> str:
    """Return a code of eight letters that begins with one by which copies are known."""
    code = ""
    for _letter in range(CODE_LENGTH - 1):
        number, at = divmod(number, len(LETTERS))
        code = LETTERS[at] + code
    return first + code


def _own(model: Model, number: int, apart: timedelta) -> dict[str, str]:
    """Return what the copy of a number has of its own, by name."""
    code = code_of(number, "Z")
    own = {"id": f"{number:0{OWN_DIGITS}x}", "code": code, "shown": f"JKP-{code[:4]}-{code[4:]}"}
    return own | times_of(model, number, apart)


def times_of(model: Model, number: int, apart: timedelta) -> dict[str, str]:
    """Return when everything happened in the copy of a number, by name."""
    own = {}
    for at, instant in enumerate(model.instants):
        own[f"t{at}"] = (instant - number * apart).isoformat(" ")
    return own


def model_of(
    connection: psycopg.Connection, tables: Sequence[str], ids: set[UUID], own: Mapping[str, tuple[str, str]]
) -> Model:
    """Return everything in the tables that names one of the ids, or what names them by its own id.

    ``own`` are other texts of which each copy has one of its own: the text, its name, and what stays before it.
    """
    columns = {table: _columns(connection, table) for table in tables}
    before = set[UUID]()
    lines: dict[str, list[str]] = {}
    while ids != before:
        before = set(ids)
        naming = "|".join(sorted(str(one) for one in ids))
        for table in tables:
            lines[table] = list(_lines(connection, table, columns[table], naming))
            ids = ids | {
                UUID(line.partition("\t")[0]) for line in lines[table] if columns[table][0] == "id" and _is_id(line)
            }
    written = sorted({found for table in tables for line in lines[table] for found in INSTANT.findall(line)})
    marks = {one: (f"t{at}", "") for at, one in enumerate(written)} | dict(own)
    for one in ids:
        marks |= {shown: ("id", shown[:-OWN_DIGITS]) for shown in (str(one), one.hex)}
    cut = re.compile("|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True)))
    rows = {table: [list(_pieces(line, cut, marks)) for line in lines[table]] for table in tables}
    instants = tuple(datetime.fromisoformat(one).astimezone(UTC) for one in written)
    return Model(columns, rows, instants, frozenset(ids), marks, cut)


def _is_id(line: str) -> bool:
    return re.match(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\t", line) is not None


def _pieces(line: str, cut: re.Pattern[str], marks: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    behind = 0
    for found in cut.finditer(line):
        name, kept = marks[found[0]]
        yield "", line[behind : found.start()] + kept
        yield name, ""
        behind = found.end()
    yield "", line[behind:]


def _columns(connection: psycopg.Connection, table: str) -> list[str]:
    asked = (
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'"
        " ORDER BY column_name <> 'id', ordinal_position"
    )
    return [name for (name,) in connection.execute(asked, [table])]


def _lines(connection: psycopg.Connection, table: str, columns: Sequence[str], naming: str) -> Iterator[str]:
    """Give the rows that name one of the ids, each as COPY writes it, with its end of line."""
    told = sql.SQL("COPY (SELECT {} FROM {} AS t WHERE t::text ~ {}) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table), sql.Literal(naming)
    )
    with connection.cursor() as cursor, cursor.copy(told) as sheet:
        whole = b"".join(bytes(block) for block in sheet).decode()
    yield from whole.splitlines(keepends=True)
