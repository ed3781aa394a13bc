"""D06: sums for everybody, without anybody being recognised by them (UX-I3)."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from marketplace.eorder import services
from marketplace.eorder.models.acts import TREASURER
from marketplace.eorder.queries import PaidIn, paid_in
from marketplace.kernel.clock import today
from marketplace.kernel.money import Rupiah
from marketplace.testing.plugin import TestClock
from marketplace.transparency.queries.merging import FEW, in_turn, merged
from marketplace.transparency.queries.sums import of_year, promptness, through
from tests.eorder.test_life import payment
from tests.eorder.test_paying import cook, due, signed_on
from tests.factories import eorder as of
from tests.factories import p3dn, sellers

PLACES = ("31.71.08.1001", "31.74.09.1001")


@dataclass(frozen=True)
class Group:
    """A row, by the shops behind it."""

    key: int
    all: frozenset[str]

    @property
    def shops(self) -> int:
        return len(self.all)

    @property
    def named(self) -> frozenset[str]:
        return self.all if self.shops < FEW else frozenset()


groups = st.lists(st.frozensets(st.sampled_from("abcdefghijklm"), min_size=1), max_size=12).map(
    lambda found: [Group(key, one) for key, one in enumerate(found)]
)


def together(rows: tuple[Group, ...] | list[Group]) -> int:
    return len(frozenset[str]().union(*(one.all for one in rows)))


@given(groups)
def test_no_row_has_few_shops_behind_it_unless_all_have(rows: list[Group]) -> None:
    """Guard (R26.3): no row for everybody has fewer than five shops behind it."""
    alone, few = merged(rows)
    assert sorted(one.key for one in (*alone, *few)) == [one.key for one in rows]
    assert all(one.shops >= FEW for one in alone)
    assert not few or together(few) >= FEW or not any(one.shops >= FEW for one in rows)


@given(groups)
def test_what_follows_one_another_is_put_together_with_the_next(rows: list[Group]) -> None:
    found = in_turn(rows)
    assert [one.key for group in found for one in group] == [one.key for one in rows]
    assert len(found) <= 1 or all(together(group) >= FEW for group in found)


def test_only_months_that_are_over_count() -> None:
    """Guard (R26.3): only months that are over are for everybody; what was sold today is not the difference of two days."""
    assert through(2026, date(2026, 11, 23)) == date(2026, 10, 31)
    assert through(2025, date(2026, 11, 23)) == date(2025, 12, 31)
    assert through(2026, date(2026, 1, 31)) is None
    assert through(2027, date(2026, 1, 31)) is None


def sold(place: str, day: date, value: int = 100_000) -> None:
    shop = sellers.shop(trusted=True, kelurahan=place)
    p3dn.recorded(p3dn.fact(shop.id, day=day, value=Rupiah(value), reference=str(shop.id)))


def test_the_page_says_when_there_is_nothing_and_when_there_is_too_little(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    clock.set("2026-01-20T10:00:00+07:00")
    assert "Tahun ini belum ada yang dapat ditampilkan" in client.get("/transparansi").text
    clock.set("2026-11-23T10:00:00+07:00")
    for _number in range(4):
        sold(PLACES[0], date(2026, 3, 2))
    page = client.get("/transparansi").text
    assert "Tahun ini terlalu sedikit yang terjual untuk ditampilkan" in page
    assert "400.000" not in page


def test_sums_are_exact_and_rows_with_few_shops_stand_together(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    clock.set("2026-11-23T10:00:00+07:00")
    for _number in range(6):
        sold(PLACES[0], date(2026, 3, 2))
    for _number in range(2):
        sold(PLACES[1], date(2026, 4, 2), 50_000)
    sold(PLACES[1], date(2026, 11, 2), 7_777_777)
    found = of_year(2026, date(2026, 11, 23))
    assert found.whole is not None
    assert (found.whole.value, found.shops, found.kecamatans) == (Rupiah(700_000), 8, 2)
    assert [(row.keys, row.value) for row in found.months] == [(("2026-03-01", "2026-04-01"), Rupiah(700_000))]
    assert [(len(row.keys), row.value) for row in found.by_kecamatan] == [(2, Rupiah(700_000))]
    page = client.get("/transparansi").text
    assert "700.000" in page
    assert "7.777.777" not in page
    told = client.get("/transparansi/data/kecamatan.csv?tahun=2026")
    assert told.text.splitlines()[1].endswith(";700000;700000;10000")
    assert told.headers["Link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    assert client.get("/transparansi/data/rahasia.csv").status_code == 404
    assert [client.get(f"/transparansi/data/{name}.csv").status_code for name in ("bulan", "kategori", "opd")] == [
        200
    ] * 3


def test_the_page_is_for_everybody_and_names_its_method_date_and_licence(client: FlaskClient) -> None:
    answered = client.get("/transparansi")
    assert answered.headers["Cache-Control"] == "public, max-age=30"
    for told in ("/transparansi/metodologi", "creativecommons.org/licenses/by/4.0"):
        assert told in answered.text
    assert "ocds-213czf" in client.get("/transparansi/metodologi").text
    assert "/transparansi" in client.get("/").text


def test_the_document_of_the_api_tells_of_the_feed(client: FlaskClient) -> None:
    paths = json.loads(client.get("/api/v1/openapi.json").text)["paths"]
    assert {"/ocds/releases", "/ocds/records/{ocid}"} <= set(paths)


def paid(unit: str, days: int, orders: int, *shops: str) -> PaidIn:
    return PaidIn(unit_code=unit, days=days, in_time=days <= 3, orders=orders, shops=frozenset(shops))


def test_how_soon_offices_paid_is_the_middle_of_working_days() -> None:
    prompt, slow, small = (
        (paid("A", 2, 3, *"abcdez"), paid("A", 9, 1, "a")),
        paid("B", 5, 2, *"fghij"),
        paid("C", 1, 1, "k"),
    )
    rows, whole = promptness([*prompt, slow, small])
    assert [(row.keys, row.orders, row.median_days, row.in_time) for row in rows] == [
        (("A",), 4, 2.0, 3),
        (("B", "C"), 3, 5.0, 1),
    ]
    assert whole is not None
    assert (whole.orders, whole.median_days, whole.share) == (7, 2.0, 5714)
    assert promptness([small]) == ((), None)
    assert promptness([]) == ((), None)


def test_an_even_number_of_orders_has_its_middle_between_two() -> None:
    rows, _whole = promptness([paid("A", 2, 1, *"abc"), paid("A", 3, 1, *"de")])
    assert rows[0].median_days == 2.5


def test_what_offices_paid_in_the_year_is_found(app: Flask) -> None:
    desk = of.desk()
    for days in (0, 3, 14):
        case = due(1_000_000, cook("identity"), of=desk)
        signed_on(case, today() - timedelta(days=days))
        services.pay(case.code, payment(), by=case.by(TREASURER))
    found = paid_in(today().replace(month=1, day=1), today())
    assert {one.unit_code for one in found} == {desk.unit_code}
    assert (sum(one.orders for one in found), sum(one.orders for one in found if one.in_time)) == (3, 2)
    assert paid_in(today() - timedelta(days=400), today() - timedelta(days=390)) == ()
