"""What the bench measures of offices: 800 units, and as many of their orders as are asked for; told as JSON.

One order in each state that somebody waits in goes its way through the program; all others are copies of these by COPY, each
with ids, a code, a unit and times of its own. No paper is copied, and the log only of the busiest unit, so that neither chain
nor series of the copies is whole: nobody verifies this site.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta

import psycopg

from marketplace import create_app
from marketplace.documents.services import draw
from marketplace.eorder import queries, services
from marketplace.eorder.forms import ApproveIn, SendIn, SignIn
from marketplace.eorder.models import Order, OrderState
from marketplace.eorder.models.acts import AUDITOR, PA, PP, PPK, TREASURER
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.media.services import keep_file
from marketplace.sellers.queries import SellerCard
from tests.bench.copies import Model, code_of, copy_rows, model_of, times_of
from tests.eorder import test_life as life
from tests.eorder.test_needs import choice, kitchens, need_in
from tests.factories import accounts, eorder, sellers
from tests.factories.accounts import PASSWORD
from tests.factories.eorder import Case, Desk
from tests.factories.offices import Means, appointed, means, office, staffed

UNITS, SHOPS = 800, 5
PDF = b"%PDF-1.7\n%%EOF\n"
APART = timedelta(minutes=4)
BUSY = 20
"""One order in so many is of the office that is measured: it orders forty times as much as others."""
TABLES = (
    "eorder_needs", "eorder_need_items", "eorder_need_places", "eorder_comparisons", "eorder_orders", "eorder_lines",
    "eorder_acts", "eorder_findings", "eorder_shipments", "eorder_receipts", "eorder_receipt_lines", "eorder_minutes",
    "eorder_minutes_lines", "eorder_payments", "eorder_withholdings", "offices_commitments", "offices_movements",
)  # fmt: skip
GOING = (
    OrderState.PENDING_APPROVAL,
    OrderState.LETTER_ISSUED,
    OrderState.SHIPPED,
    OrderState.ARRIVED,
    OrderState.PAYMENT_REQUESTED,
)
FIRST = "STUVWZ"
"""Letters by which the codes of copies begin, for each state another."""
GOING_SHARE = 100
"""One order in so many stands in each of these; all others are closed."""
LOG = """
INSERT INTO kernel_audit (stream, seq, at, content, previous, hash)
SELECT a.stream, h.seq + row_number() OVER (ORDER BY o.id, a.seq), a.at,
 jsonb_set(a.content, '{thing}', to_jsonb(o.code)), '', md5(o.code || a.seq)
FROM kernel_audit a, kernel_audit_heads h, eorder_orders o
WHERE a.stream = %(stream)s AND a.content ->> 'thing' = %(code)s AND h.stream = a.stream
 AND o.unit_code = %(unit)s AND o.code LIKE 'Z%%'
"""
END = """
UPDATE kernel_audit_heads SET seq = (SELECT max(seq) FROM kernel_audit WHERE stream = %(stream)s) WHERE stream = %(stream)s
"""


def main(many: int) -> None:
    """Set the stage for a site that the environment names, and print what stands on it."""
    app = create_app()
    url = app.extensions["jkp"].settings.database_url.replace("+psycopg", "")
    with app.app_context():
        root = office("Dinas Bench")
        staff = staffed(10**12, 10**12, office("Sudin Bench", parent_code=root))
        desk, shops = eorder.Desk(staff.means, {duty: one.actor for duty, one in staff.people.items()}), _shops()
        under = [staff.means, *(means(10**12, 10**12, office(parent_code=root)) for _unit in range(UNITS - 1))]
        known = {state: _walked(desk, shops, state) for state in (*GOING, OrderState.CLOSED)}
        need = services.make_need(need_in(desk), by=desk[PP])
        # Before the relay, which would draw them too.
        drawn = sorted(_drawn(known.values()))
        relay(10_000)
        models = _models(url, known.values(), staff.means)
        going = many // GOING_SHARE
        times = dict.fromkeys(GOING, going) | {OrderState.CLOSED: many - len(GOING) * going}
        with psycopg.connect(url) as connection:
            connection.execute("SET timezone = 'UTC'")
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("SET LOCAL statement_timeout = 0")
            written = 0
            for first, (state, model) in zip(FIRST, zip(known, models, strict=True), strict=True):
                copies = [_own(model, number, first, under) for number in range(1, times[state] + 1)]
                written += sum(copy_rows(connection, model, table, copies) for table in TABLES)
            logged = {"stream": f"eorder:{desk.unit_code}", "code": known[OrderState.CLOSED], "unit": desk.unit_code}
            written += connection.execute(LOG.encode(), logged).rowcount
            connection.execute(END.encode(), logged)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        people = {PPK: desk[PPK].id, TREASURER: desk[TREASURER].id, PP: desk[PP].id}
        people |= {PA: appointed(root, PA).id, AUDITOR: appointed(root, AUDITOR).id}
        told = {
            "sessions": {duty: f"sesi={accounts.opened(who).token}" for duty, who in people.items()},
            "orders": known,
            "need": need,
            "shop": shops[0].name,
            "rows": written,
            "drawn": drawn,
        }
    sys.stdout.write(json.dumps(told))


def _shops() -> list[SellerCard]:
    """Open shops that bring boxes of rice there, with their papers checked."""
    found = kitchens(*(12_000 + 500 * number for number in range(SHOPS)))
    for shop in found:
        sellers.papered(shop)
    return found


def _walked(desk: Desk, shops: list[SellerCard], until: OrderState) -> str:
    """Let an order go its way through the program until it stands in a state; return its code."""
    need = services.make_need(need_in(desk), by=desk[PP])
    ours, able = {one.id: one for one in shops}, queries.compare(queries.need(need, desk[PP])).able
    shop = next(ours[one.seller.id] for one in able if one.seller.id in ours)
    # The demo's kitchens may be cheaper, or few of them open on that day.
    why = {"alasan": "Dapur ini yang memasak untuk kami", "sedikit": "Hanya ini yang mengantar hari itu"}
    code = services.choose(need, choice(need, desk, shop, **why), by=desk[PP])
    case = Case(desk, shop, eorder.runs(shop), queries.order(code, SYSTEM).id, code)
    steps = (
        (OrderState.PENDING_APPROVAL, lambda: services.send(code, _reasons(code), by=desk[PP])),
        (OrderState.LETTER_ISSUED, lambda: services.approve(code, ApproveIn(password=PASSWORD), by=desk[PPK])),
        (OrderState.ACCEPTED, lambda: services.accept(code, by=case.seller)),
        (OrderState.SHIPPED, lambda: life.sent(case)),
        (OrderState.ARRIVED, lambda: life.came(case, 40)),
        (OrderState.INSPECTED, lambda: life.judged(case, 40)),
        (OrderState.PAYMENT_REQUESTED, lambda: _signed(case)),
        (OrderState.CLOSED, lambda: _paid(case)),
    )
    for state, step in steps:
        step()
        if state == until:
            break
    assert queries.order(code, SYSTEM).state == until
    return code


def _reasons(code: str) -> SendIn:
    """Give a reason for everything that a flag finds."""
    found = queries.could_find(queries.order(code, SYSTEM).id)
    return SendIn.model_validate({"tanda": [{"tanda": one.key, "alasan": "Diminta pimpinan rapat"} for one in found]})


def _signed(case: Case) -> None:
    services.sign(case.code, SignIn(password=PASSWORD, bayar=True), by=case.by(PPK))
    services.countersign(case.code, by=case.seller)


def _paid(case: Case) -> None:
    order = queries.order(case.code, SYSTEM)
    taxes = queries.proposal(order, order.accepted, way="UP").taxes
    kept = [{"kode": one.code, "dipotong": str(one.amount.amount), "slip": f"{case.code}-1"} for one in taxes]
    proof = keep_file(PDF, owner=f"eorder/{order.id}", field="bukti")
    services.pay(case.code, life.payment(f"TRX-{case.code}", pajak=kept), by=case.by(TREASURER), proof=proof)


def _drawn(codes: Iterable[str]) -> Iterator[float]:
    """Draw all papers of orders; give the milliseconds of each."""
    for code in codes:
        for paper in queries.bundle(queries.order(code, SYSTEM)).undrawn:
            began = time.perf_counter()
            draw(paper.id)
            yield (time.perf_counter() - began) * 1000


def _models(url: str, codes: Iterable[str], of: Means) -> list[Model]:
    """Return the rows of each order, in which code, unit, line and package stand for those of a copy."""
    found = [queries.order(code, SYSTEM) for code in codes]
    needs = {one.id: eorder.need_code(one.need_id) for one in found}
    seen = {one.id: session.get_one(Order, one.id).comparison_id for one in found}
    session.remove()
    with psycopg.connect(url) as connection:
        connection.execute("SET timezone = 'UTC'")
        shared = {of.unit_code: ("unit", ""), str(of.line_id): ("line", ""), str(of.package_id): ("package", "")}
        return [
            model_of(
                connection,
                TABLES,
                {one.id, one.need_id, seen[one.id]},
                {**shared, one.code: ("code", ""), needs[one.id]: ("need", "")},
            )
            for one in found
        ]


def _own(model: Model, number: int, first: str, under: list[Means]) -> dict[str, str]:
    """Return what a copy has of its own: of the first office is one in so many, of the others what is left."""
    unit = under[0] if number % BUSY == 0 else under[number % len(under)]
    own = {"id": f"{number:012x}", "code": code_of(number, first), "need": code_of(number, first.lower())}
    own |= {"unit": unit.unit_code, "line": str(unit.line_id), "package": str(unit.package_id)}
    return own | times_of(model, number, APART)


if __name__ == "__main__":
    main(int(sys.argv[1]))
