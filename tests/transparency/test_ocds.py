"""Open contracting data: every step of an order as the standard has it, and nothing that is nobody's business (E21)."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from marketplace.eorder import services as eorder
from marketplace.eorder.forms import ApproveIn, ChangeAnswerIn, ReasonIn, SendIn
from marketplace.eorder.forms_needs import DropIn
from marketplace.eorder.models import SHOP, Comparison, Line, Order, OrderState
from marketplace.eorder.models.acts import PP, PPK, PPTK, TREASURER
from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transactional
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.kernel.words import speaking
from marketplace.testing.plugin import Live
from marketplace.transparency import services
from marketplace.transparency.models import Release
from marketplace.transparency.queries import compiled, newer, record, released, tags
from tests.eorder.fulfilling import Way
from tests.eorder.test_changes import change
from tests.eorder.test_life import PROOF, payment
from tests.eorder.test_requests import answer, asked
from tests.factories import eorder as of
from tests.factories import p3dn
from tests.factories.accounts import PASSWORD
from tests.transparency import standard

SIGNED = ApproveIn(password=PASSWORD)
WHY = ReasonIn(alasan="Acara ditunda, kata Pak Budi 0812-0000-1111")
SLIP = {"kode": "income.21", "dipotong": "40000", "slip": "BP21-0001"}
HEAD = {
    "uri": "https://contoh.example/api/v1/ocds/releases",
    "version": "1.1",
    "publishedDate": "2026-12-31T00:00:00+07:00",
    "publisher": {"name": "Uji"},
}


def published() -> list[dict[str, Any]]:
    """Deliver what was told, and return every release in the order of the feed."""
    relay(1000)
    return [released(row) for row in newer(0, 1000)]


def newest(told: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the tags of the newest release, after the standard was asked about it."""
    assert standard.faults({**HEAD, "releases": [told[-1]]}) == []
    return told[-1]["tag"], [one["status"] for one in told[-1].get("contracts", ())]


def drafted(**changes: Any) -> of.Case:
    of.method()
    return of.order_in(OrderState.DRAFT, **changes)


def steps(case: of.Case) -> Iterator[str]:
    """Do each step of an order's way, from its desk to the last slip, and say which it was."""
    way = Way(case)
    eorder.send(case.code, SendIn(), by=case.by(PP))
    yield "sent"
    eorder.approve(case.code, SIGNED, by=case.by(PPK))
    yield "letter"
    eorder.accept(case.code, by=case.by(SHOP))
    yield "accepted"
    eorder.propose_change(case.code, change(case, 50), by=case.by(PPK))
    yield "proposed"
    eorder.accept_change(case.code, ChangeAnswerIn(nomor=1), by=case.by(SHOP))
    yield "changed"
    way.ship()
    yield "shipped"
    way.receive(50)
    yield "received"
    way.signed(50)
    yield "minutes"
    eorder.request_payment(case.code, by=case.by(PPTK))
    yield "asked"
    eorder.pay(case.code, payment(pajak=[SLIP]), by=case.by(TREASURER), proof=PROOF)
    yield "paid"


def test_every_step_of_an_order_is_what_the_standard_asks_for(app: Flask, tmp_path: Path) -> None:
    case = drafted()
    said = {}
    for step in steps(case):
        told = published()
        said[step] = newest(told)
    assert said == {
        "sent": (["planning", "tender"], []),
        "letter": (["tenderUpdate", "award", "contract"], ["pending"]),
        "accepted": (["contractUpdate"], ["active"]),
        # A proposal, a parcel and a signature are nobody's business before they change what was agreed.
        "proposed": (["contractUpdate"], ["active"]),
        "changed": (["contractAmendment"], ["active"]),
        "shipped": (["contractAmendment"], ["active"]),
        "received": (["contractAmendment"], ["active"]),
        "minutes": (["implementation"], ["active"]),
        "asked": (["implementation"], ["active"]),
        "paid": (["contractTermination", "implementationUpdate"], ["terminated"]),
    }
    told = published()
    assert len(told) == 6
    assert [one["id"] for one in told] == [f"{told[0]['ocid']}-{number}" for number in range(1, 7)]

    whole = record(told[0]["ocid"])
    packages = [{**HEAD, "releases": told}, {**HEAD, "records": [whole]}]
    for package in packages:
        assert standard.faults(package) == []
        review = standard.reviewed(package, tmp_path)
        assert review["validation_errors"] == []
        assert review["additional_fields"] == []
        assert not review.get("additional_checks"), review["additional_checks"]
        assert review["additional_closed_codelist_values"] == {}
    merged = standard.merged(told)
    assert {**merged, "tag": ["compiled"]} == {**whole["compiledRelease"], "id": merged["id"]}


def test_the_standard_s_judges_find_what_is_wrong(tmp_path: Path) -> None:
    release = {"ocid": "ocds-213czf-1", "id": "1", "date": "2026-11-23", "tag": ["sold"], "initiationType": "tender"}
    package = {**HEAD, "releases": [{**release, "tender": {"title": "", "price": 1}}]}
    assert len(standard.faults(package)) == 3
    review = standard.reviewed(package, tmp_path)
    assert len(review["validation_errors"]) == 2
    assert list(review["additional_closed_codelist_values"]) == ["releases/tag"]
    assert (len(review["additional_fields"]), list(review["additional_checks"])) == (1, ["empty_field"])


def test_what_is_published_can_be_followed_to_the_rupiah(app: Flask) -> None:
    """Guard (R26.3): an award keeps its value."""
    case = drafted()
    for _step in steps(case):
        told = published()
    last = told[-1]
    (award,), (contract,) = last["awards"], last["contracts"]
    assert award["value"] == {"amount": 1_280_000, "currency": "IDR"}
    assert award["items"][0]["quantity"] == 40
    assert contract["value"] == {"amount": 1_600_000, "currency": "IDR"}
    assert (contract["items"][0]["quantity"], contract["items"][0]["unit"]["value"]["amount"]) == (50, 32_000)
    (paid,) = contract["implementation"]["transactions"]
    assert paid["value"] == {"amount": 1_600_000, "currency": "IDR"}
    assert (paid["payer"], paid["payee"]["name"]) == (last["buyer"], case.shop.name)
    assert last["planning"]["budget"]["amount"]["amount"] == 100_000_000
    assert {one["scheme"]: one["id"] for one in contract["items"][0]["additionalClassifications"]} == {
        "ID-P3DN": "UNKNOWN",
        "ID-P3DN-JENJANG": "unknown",
    }
    roles = {one["name"]: one["roles"] for one in last["parties"]}
    assert roles[case.shop.name] == ["supplier", "payee"]
    assert last["buyer"]["id"].removeprefix("ID-DKI-") == case.desk.unit_code


def test_a_certificate_of_the_letter_s_day_is_told_with_its_value(app: Flask) -> None:
    case = drafted()
    product_id = session.scalars(select(Line.product_id).where(Line.order_id == case.order_id)).one()
    p3dn.certified(case.shop, product_id, tkdn="45,67")
    eorder.send(case.code, SendIn(), by=case.by(PP))
    eorder.approve(case.code, SIGNED, by=case.by(PPK))
    told = published()[-1]["awards"][0]["items"][0]["additionalClassifications"]
    assert told[0] == {
        "scheme": "ID-P3DN",
        "id": "PDN_TKDN",
        "description": "PDN bersertifikat TKDN",
    }
    assert told[2]["description"] == "TKDN 45,67 %"


def test_nothing_is_public_before_a_shop_was_asked_or_the_order_sent(app: Flask) -> None:
    """Guard (R26.3): what stands on a desk stays there."""
    case = drafted()
    eorder.cancel(case.code, WHY, by=case.by(PP))
    assert published() == []
    desk = of.desk()
    _code, _shops, requests = asked(desk, 32_000, 33_000)
    (first,) = published()
    assert first["tag"] == ["planning", "tender"]
    assert (first["tender"]["status"], "tenderPeriod" in first["tender"]) == ("active", True)
    assert "awards" not in first
    assert "procurementMethod" not in first["tender"]
    assert len(requests) == 2


def test_an_answer_of_a_shop_and_who_was_not_chosen_are_nobody_s_business(app: Flask) -> None:
    """Guard (R26.3): no price before the letter, no shop but the chosen one."""
    case = drafted()
    eorder.send(case.code, SendIn(), by=case.by(PP))
    (first,) = published()
    sent = json.dumps(first)
    assert (case.shop.name in sent, "32000" in sent) == (False, False)
    desk = of.desk()
    _code, shops, requests = asked(desk, 32_000, 33_000)
    published()
    eorder.answer_request(requests[0], answer(requests[0], shops[0], 31_000), by=of.runs(shops[0]))
    told = json.dumps(published())
    assert "31000" not in told
    assert not any(shop.name in told for shop in shops)


def test_what_people_wrote_and_who_they_are_is_never_told(app: Flask) -> None:
    """Open data hold nothing personal."""
    case = drafted()
    for _step in steps(case):
        pass
    told = json.dumps(published(), ensure_ascii=False)
    written = ["Rapat koordinasi RW 05", "nasi kotak", "Aula Blok G", "Pak Joko", "Peserta rapat", "TRX-", "Dapur Umum"]
    assert [word for word in (*written, *of.NAMES.values(), "Siti Rahmawati") if word in told] == []


def test_practice_is_never_public(app: Flask) -> None:
    """Guard (R26.3): training is told to nobody."""
    case = drafted(training=True)
    eorder.send(case.code, SendIn(), by=case.by(PP))
    assert published() == []
    need_id = session.get_one(Order, case.order_id).need_id
    assert not services.publish(need_id)


def test_a_letter_that_its_shop_declines_stays_and_the_next_shop_s_follows(app: Flask) -> None:
    case = drafted()
    eorder.send(case.code, SendIn(), by=case.by(PP))
    eorder.approve(case.code, SIGNED, by=case.by(PPK))
    published()
    eorder.decline(case.code, WHY, by=case.by(SHOP))
    told = published()
    assert newest(told) == (["tenderUpdate", "awardCancellation", "contractTermination"], ["cancelled"])
    assert told[-1]["tender"]["status"] == "active"
    assert "0812" not in json.dumps(told)
    other = of.order_in(OrderState.LETTER_ISSUED, of=case.desk, issued_at=clock.now(), sent_at=clock.now())
    one_need(other, case)
    services.publish(session.get_one(Order, case.order_id).need_id)
    told = published()
    assert newest(told) == (["tenderUpdate", "award", "contract"], ["cancelled", "pending"])
    assert [one["status"] for one in told[-1]["awards"]] == ["cancelled", "active"]
    assert len({one["id"] for one in told[-1]["parties"]}) == 3


@transactional
def one_need(other: of.Case, case: of.Case) -> None:
    """Let an order be of the same need as another."""
    need_id = session.get_one(Order, case.order_id).need_id
    session.execute(update(Order).where(Order.id == other.order_id).values(need_id=need_id))


def test_an_order_that_goes_back_to_its_desk_does_not_unsay_what_was_said(app: Flask) -> None:
    case = drafted()
    eorder.send(case.code, SendIn(), by=case.by(PP))
    told = published()
    eorder.send_back(case.code, WHY, by=case.by(PPK))
    assert published() == told


def test_a_need_that_is_dropped_ends_as_a_tender(app: Flask) -> None:
    desk = of.desk()
    code, _shops, _requests = asked(desk, 32_000)
    published()
    eorder.drop_need(code, DropIn(alasan="Rapat batal"), by=desk[PP])
    told = published()
    assert newest(told) == (["tenderCancellation"], [])
    assert told[-1]["tender"]["status"] == "cancelled"


def test_the_same_again_is_no_release(app: Flask) -> None:
    """Guard (R26.3): what was published is never told twice."""
    case = drafted()
    eorder.send(case.code, SendIn(), by=case.by(PP))
    (only,) = published()
    need_id = session.get_one(Order, case.order_id).need_id
    assert not services.publish(need_id)
    assert published() == [only]
    body = newer(0, 1)[0].body
    assert tags(body, body) == ()


def test_a_release_is_never_changed_nor_taken_away(app: Flask) -> None:
    """Guard (R26.3): published is published."""
    case = drafted()
    eorder.send(case.code, SendIn(), by=case.by(PP))
    published()
    for statement in ("UPDATE transparency_releases SET number = 9", "DELETE FROM transparency_releases"):
        with pytest.raises(DBAPIError, match="stays as it was published"), session.begin_nested():
            session.execute(text(statement))


def test_what_was_bought_before_anybody_published_is_published_once(app: Flask) -> None:
    case = of.order_in(OrderState.ACCEPTED, issued_at=clock.now(), sent_at=clock.now(), accepted_at=clock.now())
    of.order_in(OrderState.DRAFT)
    assert (services.publish_earlier(), services.publish_earlier()) == (1, 0)
    (only,) = published()
    assert only["tag"] == ["planning", "tender", "award", "contract"]
    assert only["awards"][0]["id"] == case.code
    assert standard.faults({**HEAD, "releases": [only]}) == []


def test_releases_are_indonesian_whoever_s_step_it_was(app: Flask) -> None:
    case = drafted()
    eorder.send(case.code, SendIn(), by=case.by(PP))
    with speaking("en"):
        told = published()
    assert told[0]["tender"]["description"] == "Konsumsi rapat"


def test_below_a_number_of_the_feed_nothing_appears_later(live: Live) -> None:
    """Guard (R26.3): below a number of the feed nothing appears later."""
    case = of.order_in(OrderState.LETTER_ISSUED, issued_at=clock.now(), sent_at=clock.now())
    need_id = session.get_one(Order, case.order_id).need_id
    session.commit()

    def publish() -> None:
        with live.app.app_context():
            services.publish(need_id)
            session.remove()

    second = threading.Thread(target=publish)
    with db.engine.connect() as first, first.begin():
        # Somebody has taken a number and is not to be seen yet.
        first.execute(services.LOCK, {"name": services.FEED})
        second.start()
        second.join(1.0)
        assert second.is_alive()
        assert first.scalar(select(func.count()).select_from(Release)) == 0
    second.join()
    assert [row.number for row in newer(0, 10)] == [1]


def test_the_feed_is_read_page_by_page_and_ends_with_nothing(app: Flask, client: FlaskClient) -> None:
    for _number in range(3):
        of.order_in(OrderState.LETTER_ISSUED, issued_at=clock.now(), sent_at=clock.now())
    services.publish_earlier()
    session.commit()
    address, found = "/api/v1/ocds/releases?size=2", []
    while (answered := client.get(address)).status_code == 200:
        package = answered.get_json()
        assert standard.faults(package) == []
        assert answered.headers["Cache-Control"] == "no-store"
        found += package["releases"]
        address = package["links"]["next"].removeprefix(current().settings.public_base_url)
    assert answered.status_code == 204
    assert len({one["id"] for one in found}) == 3
    one = client.get(f"/api/v1/ocds/records/{found[0]['ocid']}").get_json()
    assert standard.faults(one) == []
    assert one["records"][0]["compiledRelease"]["tag"] == ["compiled"]
    assert client.get("/api/v1/ocds/records/ocds-213czf-TIADA").status_code == 404
    assert client.get("/api/v1/ocds/releases?after=x").status_code == 422


def test_a_year_is_given_as_lines(app: Flask, client: FlaskClient) -> None:
    case = drafted()
    for _step in steps(case):
        published()
    year = clock.today().year
    every = [json.loads(line) for line in client.get(f"/transparansi/rilis/{year}.jsonl").text.splitlines()]
    now = [json.loads(line) for line in client.get(f"/transparansi/rekaman/{year}.jsonl").text.splitlines()]
    assert every == published()
    assert now == [compiled(newer(0, 1000)[-1])]
    assert client.get(f"/transparansi/rilis/{year - 3}.jsonl").status_code == 404


@transactional
def side_by_side(case: of.Case) -> None:
    """Let three shops have stood on the sheet of an order."""
    order = session.get_one(Order, case.order_id)
    session.get_one(Comparison, order.comparison_id).seen = {"shops": [{"id": str(number)} for number in range(3)]}


def test_how_many_were_compared_is_told_with_the_letter(app: Flask) -> None:
    case = drafted()
    eorder.send(case.code, SendIn(), by=case.by(PP))
    assert "numberOfTenderers" not in published()[-1]["tender"]
    eorder.approve(case.code, SIGNED, by=case.by(PPK))
    side_by_side(case)
    tender = published()[-1]["tender"]
    assert (tender["numberOfTenderers"], tender["procurementMethod"]) == (3, "limited")
    assert tender["procurementMethodRationale"] == "Perpres 46/2025"
