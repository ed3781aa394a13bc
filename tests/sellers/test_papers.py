"""What shops show of themselves, who says that it holds, and what it comes to on a day."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Grant
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.media.services import keep_file
from marketplace.sellers import queries, services
from marketplace.sellers.forms import PaperIn, ReasonIn
from tests.factories import sellers
from tests.factories.accounts import person, signed_in

PDF = b"%PDF-1.7\nNIB 1234567890123\n%%EOF"
THIS = date(2026, 11, 23)


def paper(kind: str = "nib", number: str = "1234567890123", **days: date) -> PaperIn:
    return PaperIn.model_validate({"jenis": kind, "nomor": number, **days})


def lacking(shop: queries.SellerCard, day: date) -> list[str]:
    return [str(one) for one in queries.papers_lacking(shop.id, day)]


def test_only_what_an_officer_saw_counts(app: Flask) -> None:
    """Guard (R26.3): papers of a shop count once an officer checked them."""
    shop, today = sellers.shop(), clock.today()
    shown = services.show_paper(shop.id, paper(), by=sellers.runs(shop))
    assert len(lacking(shop, today)) == 1
    for nobody in (sellers.runs(shop), sellers.newcomer()):
        with pytest.raises(NotAllowed):
            services.accept_paper(shown, by=nobody)
    officer = sellers.holds("programme_officer")
    services.refuse_paper(shown, ReasonIn(reason="Foto tidak terbaca"), by=officer)
    assert (lacking(shop, today) != [], queries.papers(shop.id)[0].refused) == (True, "Foto tidak terbaca")
    services.show_paper(shop.id, paper(), by=sellers.runs(shop))
    services.accept_paper(shown, by=officer)
    assert lacking(shop, today) == []
    assert shop.sells  # What is sold to the public asks for none of it.


def test_an_officer_does_not_check_the_papers_of_their_own_shop(app: Flask) -> None:
    """Guard (R26.3): nobody checks their own papers."""
    shop = sellers.shop()
    shown = services.show_paper(shop.id, paper(), by=SYSTEM)
    officer, team = sellers.holds("programme_officer"), sellers.runs(shop)
    both = type(team)(kind="person", id=team.id, name=team.name, grants=(*team.grants, *officer.grants))
    with pytest.raises(Conflict) as refused:
        services.accept_paper(shown, by=both)
    assert refused.value.code == "own_shop"


def test_the_papers_of_another_shop_are_the_same_as_none(app: Flask) -> None:
    """Guard (R26.3): papers of a shop are seen by its team and by officers."""
    shop, other = sellers.shop(), sellers.shop(name="Kebun Bu Ani", phone="081277776666")
    with pytest.raises(NotFound):
        services.show_paper(shop.id, paper(), by=sellers.runs(other))
    kept = keep_file(PDF, owner=f"berkas/{shop.id}", field="berkas")
    shown = services.show_paper(shop.id, paper(), by=sellers.runs(shop), file=kept)
    assert queries.paper_file(shown, sellers.runs(shop)) == (PDF, "application/pdf")
    assert queries.paper_file(shown, sellers.holds("programme_officer"))[0] == PDF
    for stranger, one in ((sellers.runs(other), shown), (sellers.newcomer(), shown), (sellers.runs(shop), uuid4())):
        with pytest.raises(NotFound):
            queries.paper_file(one, stranger)


def test_a_paper_holds_through_its_last_day_and_is_named_with_it_afterwards(app: Flask) -> None:
    shop = sellers.shop()
    sellers.papered(shop, "nib")
    sellers.papered(shop, "halal", "ID31110001", sampai=THIS)
    assert lacking(shop, THIS) == []
    (over,) = lacking(shop, THIS + timedelta(days=1))
    assert "halal" in over
    assert "2026" in over
    sellers.papered(shop, "halal", "ID31110002", sampai=THIS + timedelta(days=900))
    assert lacking(shop, THIS + timedelta(days=1)) == []


def test_what_a_shop_showed_decides_how_it_is_taxed_on_a_day(app: Flask) -> None:
    shop = sellers.shop()
    assert not queries.taxpayer(shop.id, THIS).numbered
    sellers.papered(shop, "identity", "3171234567890001")
    sellers.papered(shop, "final_tax", "S-100/PP55/2020", sampai=date(2026, 6, 30))
    sellers.papered(shop, "final_tax", "S-200/PP55/2026", sampai=date(2026, 12, 31))
    sellers.papered(shop, "statement", "SP-2026", sampai=date(2026, 12, 31))
    held = queries.taxpayer(shop.id, THIS)
    assert (held.numbered, held.body, held.final_until, held.statement_year) == (True, False, date(2026, 12, 31), 2026)
    later = queries.taxpayer(shop.id, date(2027, 1, 1))
    assert (later.final_until, later.statement_year) == (None, None)
    sellers.papered(shop, "deed", "AHU-0001")
    assert queries.taxpayer(shop.id, THIS).body


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "nib", "mulai": date(2026, 5, 2), "sampai": date(2026, 5, 1)},
        {"kind": "final_tax"},
        {"kind": "statement", "mulai": date(2025, 1, 1), "sampai": date(2026, 12, 31)},
    ],
)
def test_days_that_cannot_be_are_refused_beside_the_field(app: Flask, told: dict[str, Any]) -> None:
    shop = sellers.shop()
    with pytest.raises(Invalid) as refused:
        services.show_paper(shop.id, paper(**told), by=SYSTEM)
    assert list(refused.value.fields) == ["sampai"]


def test_a_new_file_or_other_days_are_checked_anew_and_the_same_again_is_not(app: Flask) -> None:
    shop = sellers.shop()
    first = sellers.papered(shop)
    assert services.show_paper(shop.id, paper(number=" 1234567890123 "), by=SYSTEM) == first
    assert queries.papers(shop.id)[0].verified
    services.show_paper(shop.id, paper(sampai=THIS), by=SYSTEM)
    assert not queries.papers(shop.id)[0].verified


def test_erasing_the_owner_drops_the_papers(app: Flask) -> None:
    owner = sellers.newcomer()
    shop = sellers.shop(owner_id=owner.id)
    sellers.papered(shop, "identity", "3171234567890001")
    assert owner.id is not None
    assert queries.export_owner(owner.id)["papers"][0]["number"] == "3171234567890001"
    services.forget_owner(owner.id)
    assert queries.papers(shop.id) == ()


def test_a_shop_shows_a_paper_and_an_officer_sees_it(app: Flask, client: FlaskClient) -> None:
    shop = sellers.shop()
    seller = signed_in(client, sellers.keeper(shop))
    told: dict[str, Any] = {"jenis": "nib", "nomor": "9120001112223", "berkas": (io.BytesIO(b"MZ\x90"), "nib.exe")}
    refused = seller.post("/lapak/berkas", data=told)
    assert (refused.status_code, "9120001112223" in refused.text, queries.papers(shop.id)) == (422, True, ())
    told["berkas"] = (io.BytesIO(PDF), "nib.pdf")
    assert seller.post("/lapak/berkas", data=told).status_code == 303
    (shown,) = queries.papers(shop.id)
    assert "9120001112223" in seller.get("/lapak/berkas?tersimpan=1").text
    officer = signed_in(client, person("Rini", grants=(Grant("programme_officer"),)))
    assert "9120001112223" in officer.get("/admin/berkas").text
    answer = officer.get(f"/berkas-toko/{shown.id}")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert officer.post(f"/admin/berkas/{shown.id}/tolak", data={"reason": ""}).status_code == 422
    assert officer.post(f"/admin/berkas/{shown.id}/terima").status_code == 303
    assert queries.papers(shop.id)[0].verified
