"""Who wants to be told what by which way, and what stays on whatever they choose."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.outbox import relay
from marketplace.notifications import queries, services
from marketplace.notifications.models import Preference
from marketplace.orders import services as order_services
from marketplace.orders.models import PartState
from marketplace.orders.queries.orders import shown_code
from marketplace.testing.plugin import Live, TestClock
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import as_actor, person, signed_in
from tests.standins.hook import SECRET, Hook

Letters = Callable[[], list[EmailMessage]]
USUAL = ["orders.purchase:inbox", "orders.purchase:mail", "orders.way:inbox", "orders.way:mail"]


def buyer() -> Actor:
    return as_actor(person("Rina Kusuma", email="rina@contoh.example"), name="Rina Kusuma")


def fetched_by(rina: Actor) -> None:
    """Let the buyer order and pay, and let the shop say that it is ready."""
    shop = sellers.shop(trusted=True)
    code = orders.paid(rina, catalog.basket(of=shop), email="rina@contoh.example")
    order_services.advance(f"{code}-1", PartState.READY, by=sellers.runs(shop))
    relay()


def subjects(letters: Letters) -> list[str]:
    return [letter["Subject"] for letter in letters() if letter["To"].addresses[0].addr_spec == "rina@contoh.example"]


def test_a_kind_that_is_switched_off_comes_by_that_way_no_more(app: Flask, clock: TestClock, letters: Letters) -> None:
    rina = buyer()
    services.choose([name for name in USUAL if name != "orders.way:mail"], by=rina)
    fetched_by(rina)
    assert not [subject for subject in subjects(letters) if "siap diambil" in subject]
    assert len(subjects(letters)) == 2, "the order and its payment are told all the same"
    titles = [one.title for group in queries.inbox(rina).groups for one in group.messages]
    assert [title for title in titles if "siap diambil" in title]


def test_a_letter_that_may_be_switched_off_says_where(app: Flask, clock: TestClock, letters: Letters) -> None:
    fetched_by(buyer())
    says = [
        (letter["Subject"], "/pengaturan/pemberitahuan" in letter.get_content())
        for letter in letters()
        if letter["To"].addresses[0].addr_spec == "rina@contoh.example"
    ]
    assert [said for subject, said in says if "siap diambil" in subject] == [True]
    assert [said for subject, said in says if "siap diambil" not in subject] == [False, False]


def test_what_the_order_needs_stays_on(app: Flask, clock: TestClock, letters: Letters) -> None:
    rina = buyer()
    services.choose([], by=rina)
    fetched_by(rina)
    assert len(subjects(letters)) == 2
    on = {box.name for box in queries.boxes(rina) if box.on}
    assert {"orders.purchase:inbox", "orders.purchase:mail", "accounts.security:mail"} <= on
    assert "orders.way:mail" not in on


def test_what_came_to_be_needed_is_told_whatever_was_chosen_before(
    app: Flask, clock: TestClock, letters: Letters
) -> None:
    rina = buyer()

    @transactional
    def chosen_before() -> None:
        session.add(Preference(person_id=rina.id, kind="orders.purchase", channel="mail", on=False))

    chosen_before()
    fetched_by(rina)
    assert len([subject for subject in subjects(letters) if "pembayaran diterima" in subject]) == 1


def test_only_what_differs_is_kept(app: Flask) -> None:
    rina = buyer()
    usual = [box.name for box in queries.boxes(rina) if box.usual]
    assert set(USUAL) <= set(usual)
    services.choose(usual, by=rina)
    assert session.scalar(select(func.count()).select_from(Preference)) == 0
    services.choose([name for name in usual if name != "orders.way:mail"], by=rina)
    assert session.execute(select(Preference.kind, Preference.channel, Preference.on)).all() == [
        ("orders.way", "mail", False)
    ]
    services.choose(usual, by=rina)
    assert session.scalar(select(func.count()).select_from(Preference)) == 0


def test_codes_and_links_can_be_sent_nowhere_else(app: Flask) -> None:
    rina = buyer()
    names = {box.name for box in queries.boxes(rina)}
    assert {name for name in names if name.startswith("accounts.")} == {
        "accounts.security:inbox",
        "accounts.security:mail",
    }
    handlers = [one.name for wanted in app.extensions["jkp"].handlers.values() for one in wanted]
    assert not [name for name in handlers if name.startswith("notifications:accounts/mail/code@")]


def test_a_reader_sees_the_kinds_that_concern_them(app: Flask) -> None:
    rina = buyer()
    siti = as_actor(person("Siti"), Grant("seller", "seller", "x"))
    dinas = as_actor(person("Rini"), Grant("programme_officer"))
    seen = {who: {choice.kind.key for choice in queries.choices(who)} for who in (rina, siti, dinas)}
    assert seen[siti] - seen[rina] == {
        "orders.shop",
        "claims.shop",
        "finance.turnover",
        "eorder.asked",
        "eorder.money",
        "eorder.shop",
    }
    assert seen[dinas] - seen[rina] >= {"orders.question", "orders.overlooked"}


def test_the_page_keeps_what_was_ticked_and_says_what_cannot_be(client: FlaskClient) -> None:
    rina = buyer()
    signed_in(client, rina.id)  # type: ignore[arg-type]
    page = client.get("/pengaturan/pemberitahuan").text
    assert "Anda memerlukannya untuk membayar dan sebagai bukti pembelian." in page
    assert 'value="orders.purchase:mail" checked disabled' in page
    answer = client.post("/pengaturan/pemberitahuan", data={"pilihan": ["orders.way:mail"]}, follow_redirects=True)
    assert "Pilihan Anda tersimpan." in answer.text
    assert 'value="orders.way:mail" checked' in answer.text
    assert 'value="orders.way:inbox">' in answer.text


@pytest.mark.parametrize("name", ["orders.way:telegram", "orders.shop:mail", "x", "orders.way:" + "m" * 99])
def test_a_box_that_is_on_no_page_of_theirs_is_refused_and_nothing_is_kept(client: FlaskClient, name: str) -> None:
    rina = buyer()
    signed_in(client, rina.id)  # type: ignore[arg-type]
    answer = client.post("/pengaturan/pemberitahuan", data={"pilihan": [name, "orders.way:mail"]})
    assert answer.status_code == 422
    assert "ringkasan-galat" in answer.text
    assert 'value="orders.way:mail" checked' in answer.text, "what was ticked is shown again"
    assert session.scalar(select(func.count()).select_from(Preference)) == 0
    with pytest.raises(Invalid):
        services.choose([name], by=rina)


@pytest.fixture
def phoned(make_live: Callable[..., Live], hook_standin: Hook, clock: TestClock) -> Live:
    """Give a site whose messages to phones go to the stand-in."""
    return make_live(WHATSAPP_WEBHOOK=hook_standin.url, WHATSAPP_SECRET=SECRET)


def test_a_guest_without_an_address_hears_by_phone(phoned: Live, hook_standin: Hook) -> None:
    with phoned.app.app_context():
        code = orders.paid(orders.guest(), catalog.basket(of=sellers.shop(trusted=True)))
        relay()
        relay()
    texts = [one["text"].partition("\n")[0] for one in hook_standin.sent]
    shown = shown_code(code)
    assert texts == [f"Pesanan {shown}: silakan bayar Rp\u00a045.000", f"Pesanan {shown}: pembayaran diterima"]
    assert {one["to"] for one in hook_standin.sent} == {"+6281234567890"}
    assert all("token=" in one["url"] for one in hook_standin.sent), "no account opens it for them"


def test_who_has_an_address_hears_by_phone_only_if_they_choose(phoned: Live, hook_standin: Hook) -> None:
    with phoned.app.app_context():
        rina = buyer()
        fetched_by(rina)
        assert hook_standin.sent == []
        services.choose([*USUAL, "orders.way:webhook"], by=rina)
        fetched_by(rina)
    assert ["siap diambil" in one["text"] for one in hook_standin.sent] == [True]
