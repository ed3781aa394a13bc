"""A need and its shops on pages: six fields, a table, and a draft (E02, E04)."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from marketplace.eorder import queries, services
from marketplace.eorder.models.acts import PP, RECEIVER
from marketplace.eorder.queries import NeedView
from marketplace.kernel import clock as time
from tests.eorder.test_needs import kitchens, need_in
from tests.factories import eorder as of
from tests.factories.accounts import signed_in
from tests.factories.eorder import Desk
from tests.factories.offices import staffed


def browser(app: Flask, desk: Desk, duty: str = PP) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    person = desk[duty].id
    assert person is not None
    return signed_in(client, person)


def appointed() -> Desk:
    """Make an office whose people may sign in."""
    staff = staffed(100_000_000, 100_000_000)
    return Desk(staff.means, {duty: one.actor for duty, one in staff.people.items()})


def test_from_six_fields_to_the_draft(app: Flask) -> None:
    desk = appointed()
    shops = kitchens(32_000, 33_000, 34_000)
    page = browser(app, desk)
    assert "Konsumsi rapat" in page.get("/pengadaan/kebutuhan/baru").text
    form = page.get("/pengadaan/kebutuhan/baru?templat=meeting_food").text
    pair = f"{desk.means.package_id}:{desk.means.line_id}"
    assert pair in form
    told = {
        "templat": "meeting_food", "acara": "Rapat koordinasi RW 05", "tanggal": need_in(desk).tanggal.isoformat(),
        "jam": "11:30", "tempat": "Aula Blok G", "kelurahan": "31.71.08.1001", "orang": "40", "sumber": pair,
    }  # fmt: skip
    wrong = page.post("/pengadaan/kebutuhan/baru", data={**told, "orang": "0", "tanggal": "2020-01-02"})
    assert wrong.status_code == 422
    assert "Rapat koordinasi RW 05" in wrong.text
    made = page.post("/pengadaan/kebutuhan/baru", data=told)
    assert made.status_code == 303
    sheet = page.get(made.location).text
    for shop in shops:
        assert shop.name in sheet
    basis = re.search(r'name="dasar" value="([0-9a-f]{64})"', sheet)
    assert basis is not None
    dear = page.post(made.location, data={"dasar": basis[1], "pilih": str(shops[2].id)})
    assert dear.status_code == 422
    chosen = page.post(made.location, data={"dasar": basis[1], "pilih": str(shops[0].id)})
    assert chosen.status_code == 303
    assert "/pengadaan/pesanan/" in chosen.location
    code = made.location.rsplit("=", 1)[1]
    assert page.get(f"/pengadaan/kebutuhan/{code}").status_code == 200
    assert page.get("/pengadaan/kebutuhan").status_code == 200
    again = page.post(f"/pengadaan/kebutuhan/{code}/ulang", data={})
    assert again.status_code in (303, 409)


def test_who_only_receives_reads_the_sheet_and_chooses_nothing(app: Flask) -> None:
    desk = appointed()
    kitchens(32_000)
    code = services.make_need(need_in(desk), by=desk[PP])
    page = browser(app, desk, RECEIVER)
    assert 'name="pilih"' not in page.get(f"/pengadaan/bandingkan?kebutuhan={code}").text
    assert page.get("/pengadaan/bandingkan?kebutuhan=TIDAKADA").status_code == 404
    assert page.get("/pengadaan/aturan").status_code == 200


def test_a_sheet_takes_as_many_statements_for_five_shops_as_for_one(app: Flask) -> None:
    desk = of.desk()
    need = queries.need_of(of.need(desk, day=time.today() + timedelta(days=7)))
    kitchens(32_000)
    one = counted(need)
    kitchens(33_000, 34_000, 35_000, 36_000)
    assert counted(need) == one <= 13
    assert len(queries.compare(need).columns) == 5


def counted(need: NeedView) -> int:
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    queries.compare(need)  # What every process keeps is read before.
    event.listen(Engine, "before_cursor_execute", note)
    try:
        queries.compare(need)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(asked)
