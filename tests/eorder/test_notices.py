"""Who is told what: the shop's team, whose turn it is in the office, and who stands behind them before anything ends."""

import pytest
from flask import Flask

from marketplace.accounts import services as accounts
from marketplace.eorder import services
from marketplace.eorder.forms import ApproveIn, ReasonIn, SendIn
from marketplace.eorder.models import OrderState
from marketplace.eorder.models.acts import PA, PP, PPK
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.outbox import relay
from marketplace.notifications import queries as notifications
from marketplace.testing.plugin import TestClock
from tests.eorder.test_talks import at, talking
from tests.factories import eorder as of
from tests.factories.accounts import PASSWORD


@pytest.fixture
def case(app: Flask) -> of.Case:
    of.method()
    made = of.order_in(OrderState.DRAFT)
    granted(made)
    return made


def granted(case: of.Case) -> None:
    """Let the officials of the desk really hold their duties, as an appointment does."""
    for duty in (PP, PPK, PA):
        who = case.by(duty).id
        assert who is not None
        accounts.grant(who, duty, "organisation", case.desk.unit_code, by=SYSTEM)
    relay()


def told(case: of.Case, *duties: str) -> dict[str, list[str]]:
    """Return the titles in the inboxes of these people, the newest first."""
    relay()
    boxes = {duty: notifications.inbox(case.by(duty)).groups for duty in duties}
    return {duty: [one.title for group in groups for one in group.messages] for duty, groups in boxes.items()}


def test_the_shop_hears_of_an_order_with_its_letter_and_the_office_of_its_turn(case: of.Case) -> None:
    services.send(case.code, SendIn(), by=case.by(PP))
    assert told(case, PPK, PP, "shop") == {PPK: [f"Ada pesanan yang menunggu Anda: {case.code}"], PP: [], "shop": []}
    services.approve(case.code, ApproveIn(password=PASSWORD), by=case.by(PPK))
    assert told(case, "shop")["shop"] == [f"Surat pesanan untuk Anda: {case.code}"]
    services.decline(case.code, ReasonIn(alasan="Dapur penuh hari itu"), by=case.seller)
    assert told(case, PP)[PP] == [f"Toko menolak, pilih toko lain: {case.code}"]


def test_the_shop_is_reminded_and_then_those_who_chose_it_are_told(app: Flask, clock: TestClock) -> None:
    clock.set("2026-11-23T08:00+07:00")
    case = talking()
    granted(case)
    assert told(case, "shop", PP)["shop"] == [f"Kantor mengajak negosiasi: {case.code}"]
    clock.set("2026-11-24T08:00+07:00")
    services.deadlines()
    assert told(case, "shop", PP) == {
        "shop": [f"Pengingat, ada pesanan yang menunggu Anda: {case.code}", f"Kantor mengajak negosiasi: {case.code}"],
        PP: [],
    }
    clock.set("2026-11-24T13:00+07:00")
    services.deadlines()
    assert told(case, PP)[PP] == [f"Belum ada yang bertindak, waktunya hampir habis: {case.code}"]


def test_who_acted_meanwhile_is_not_reminded(app: Flask, clock: TestClock) -> None:
    clock.set("2026-11-23T08:00+07:00")
    case = talking()
    granted(case)
    clock.set("2026-11-24T08:00+07:00")
    services.deadlines()
    services.offer(case.code, at(case, 31_000), by=case.seller)
    assert told(case, PP)[PP] == [f"Ada pesanan yang menunggu Anda: {case.code}"]
    assert all("Pengingat" not in one for one in told(case, "shop")["shop"])
