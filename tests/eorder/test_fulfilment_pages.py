"""E09 and E10 in browsers: what they show to whom, what they refuse, and that nothing typed is lost."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.eorder.models import SHOP
from marketplace.eorder.models.acts import AUDITOR, PPK, RECEIVER, TREASURER
from tests.eorder.fulfilling import Way, accepted
from tests.factories import eorder as of
from tests.factories.accounts import PASSWORD, person, set_up, signed_in
from tests.factories.media import photo


@pytest.fixture
def way(app: Flask) -> Way:
    made = accepted()
    made.ship()
    return made


def browser(app: Flask, way: Way, duty: str) -> FlaskClient:
    """Return a browser of who holds a duty of the order's office, or runs its shop."""
    who = way.case.by(duty)
    assert who.id is not None
    if duty != SHOP:
        of.granted(who.id, duty, way.case.desk.unit_code)
        set_up(who.id)
    made = app.test_client()
    made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return signed_in(made, who.id)


def at(way: Way, page: str) -> str:
    return f"/pengadaan/pesanan/{way.case.code}/{page}"


def filled_in(text: str, **changes: Any) -> dict[str, Any]:
    found = dict(re.findall(r'name="(kunci|baris-\d+-(?:id|datang|rusak|terima))" value="([^"]*)"', text))
    return {**found, **changes}


def test_one_press_writes_down_that_all_came(app: Flask, way: Way) -> None:
    phone = browser(app, way, RECEIVER)
    page = phone.get(at(way, "penerimaan"))
    assert page.status_code == 200
    told = filled_in(page.text)
    assert told["baris-0-datang"] == "40"
    for _twice in range(2):
        saved = phone.post(at(way, "penerimaan"), data=told)
        assert (saved.status_code, saved.location) == (303, at(way, "penerimaan") + "?sudah=terima")
    assert way.figures == (40, 40, 0)
    assert len(way.all.receipts) == 1
    assert "Tanda terima 1" in phone.get(saved.location).text


def test_a_fault_stands_beside_its_line_and_nothing_is_lost(app: Flask, way: Way) -> None:
    phone = browser(app, way, RECEIVER)
    told = filled_in(phone.get(at(way, "penerimaan")).text)
    picture = (io.BytesIO(photo()), "kotak.jpg")
    told |= {"baris-0-datang": "41", "baris-0-rusak": "dua", "catatan": "Tutup terbuka", "foto": picture}
    refused = phone.post(at(way, "penerimaan"), data=told, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert f'href="#f-baris-{way.line}-rusak"' in refused.text
    assert "Tutup terbuka" in refused.text
    kept = dict(re.findall(r'name="(foto_id)" value="([0-9a-f-]{36})"', refused.text))
    again = filled_in(refused.text, **kept) | {"baris-0-datang": "40", "baris-0-rusak": "2", "catatan": "Tutup terbuka"}
    assert again["kunci"] == told["kunci"]
    assert phone.post(at(way, "penerimaan"), data=again).status_code == 303
    (receipt,) = way.all.receipts
    assert (str(receipt.photo_id), receipt.lines[0].bad) == (kept["foto_id"], 2)


def test_a_photo_is_seen_by_both_sides_and_nobody_else(app: Flask, way: Way) -> None:
    phone = browser(app, way, RECEIVER)
    told = filled_in(phone.get(at(way, "penerimaan")).text) | {"foto": (io.BytesIO(photo()), "a.jpg")}
    assert phone.post(at(way, "penerimaan"), data=told, content_type="multipart/form-data").status_code == 303
    (link,) = set(re.findall(r"/pengadaan/pesanan/\w+/foto/[0-9a-f-]{36}", phone.get(at(way, "penerimaan")).text))
    assert phone.get(link).status_code == 302
    other = accepted()
    assert browser(app, other, PPK).get(link).status_code == 404
    assert browser(app, other, PPK).get(link.replace(way.case.code, other.case.code)).status_code == 404


def test_from_the_inspection_to_both_signatures(app: Flask, way: Way) -> None:
    way.receive(40, 2, catatan="")
    desk = browser(app, way, PPK)
    page = desk.get(at(way, "bast"))
    told = filled_in(page.text, fungsi="1", waktu="1")
    assert told["baris-0-terima"] == "38"
    refused = desk.post(at(way, "bast"), data={**told, "lanjutan": "reduce"})
    assert refused.status_code == 422
    assert f'href="#f-baris-{way.line}-alasan"' in refused.text
    told |= {"baris-0-alasan": "Dua kotak penyok", "lanjutan": "reduce"}
    assert desk.post(at(way, "bast"), data=told).status_code == 303
    drawn = desk.get(at(way, "bast"))
    assert "1.216.000" in drawn.text
    assert "satu juta dua ratus enam belas ribu rupiah" in drawn.text
    wrong = desk.post(at(way, "bast/tanda-tangan"), data={"password": "salah sekali", "nomor": "12/BAST/2026"})
    assert wrong.status_code == 422
    assert "12/BAST/2026" in wrong.text
    signed = desk.post(at(way, "bast/tanda-tangan"), data={"password": PASSWORD, "nomor": "12/BAST/2026"})
    assert signed.status_code == 303
    way.countersign()
    shown = desk.get(at(way, "bast")).text
    assert shown.count("Ditandatangani secara elektronik") == 2
    assert of.NAMES[PPK] in shown
    assert "Siti Rahmawati" in shown


def test_what_is_missing_is_said_before_the_minutes(app: Flask, way: Way) -> None:
    way.receive(25)
    page = browser(app, way, PPK).get(at(way, "bast"))
    assert "datang 25 dari 40, kurang 15" in page.text


def test_a_shop_sends_a_part_with_a_photo_and_signs_what_the_office_signed(app: Flask) -> None:
    way = accepted()
    kitchen = browser(app, way, SHOP)
    page = f"/lapak/permintaan/{way.case.code}"
    assert kitchen.get(page).status_code == 200
    told = {"kiriman-0-baris": str(way.line), "kiriman-0-jumlah": "41", "foto": (io.BytesIO(photo()), "a.jpg")}
    refused = kitchen.post(f"{page}/kirim", data=told, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert f'href="#f-kiriman-{way.line}-jumlah"' in refused.text
    kept = dict(re.findall(r'name="(foto_id)" value="([0-9a-f-]{36})"', refused.text))
    told = {"kiriman-0-baris": str(way.line), "kiriman-0-jumlah": "30", **kept}
    assert kitchen.post(f"{page}/kirim", data=told).status_code == 303
    assert (way.all.shipments[0].sent, str(way.all.shipments[0].photo_id)) == ({way.line: 30}, kept["foto_id"])
    link = f"/pengadaan/pesanan/{way.case.code}/foto/{kept['foto_id']}"
    assert link in kitchen.get(page).text
    assert kitchen.get(link).status_code == 302
    way.receive(30)
    way.inspect(30, "reduce")
    assert "960.000" not in kitchen.get(f"{page}").text.partition('class="ringkas"')[0]
    way.sign()
    assert "960.000" in kitchen.get(page).text
    refused = kitchen.post(f"{page}/keberatan", data={"alasan": ""})
    assert refused.status_code == 422
    assert kitchen.post(f"{page}/tanda-tangan").status_code == 303
    assert (way.order.state, way.figures) == ("bast_signed", (30, 30, 30))


def test_every_page_of_an_order_opens_for_whoever_may_read_it(app: Flask, way: Way) -> None:
    for duty in (PPK, TREASURER, AUDITOR):
        office = browser(app, way, duty)
        for page in ("", "/penerimaan", "/bast", "/pembayaran"):
            assert office.get(f"/pengadaan/pesanan/{way.case.code}{page}").status_code == 200, (duty, page)


def test_pages_offer_only_what_the_table_gives(app: Flask, way: Way) -> None:
    treasurer = browser(app, way, TREASURER)
    page = treasurer.get(at(way, "penerimaan"))
    assert page.status_code == 200
    assert 'name="kunci"' not in page.text
    told = {"kunci": "kunci-bendahara", "baris-0-id": str(way.line), "baris-0-datang": "40"}
    assert treasurer.post(at(way, "penerimaan"), data=told).status_code == 403
    stranger = app.test_client()
    signed_in(stranger, person("Siti Aminah"))
    assert stranger.get(at(way, "penerimaan")).status_code in (403, 404)
