"""What an office needs, which shops could bring it, and how one is chosen (E7, E8, E23)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.catalog.index import products
from marketplace.catalog.models import Product
from marketplace.eorder import papers, queries, services
from marketplace.eorder.forms_needs import ChooseIn, DropIn, NeedIn
from marketplace.eorder.models import Comparison, Done, Need, NeedState, Order, OrderState
from marketplace.eorder.models.acts import PP, PPK
from marketplace.eorder.queries import paper_data as kinds
from marketplace.kernel import clock as time
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import speaking
from marketplace.offices import services as offices
from marketplace.sellers.queries import SellerCard
from search import services as searching
from tests.factories import eorder as of
from tests.factories import sellers
from tests.factories.eorder import Desk
from tests.factories.offices import line_in, package_in

WHY = "Toko ini satu-satunya yang pernah membawa tepat waktu"


def working_day(ahead: int = 7) -> date:
    day = time.today() + timedelta(days=ahead)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def need_in(desk: Desk, **changes: object) -> NeedIn:
    told: dict[str, object] = {
        "templat": "meeting_food", "acara": "Rapat koordinasi RW 05", "tanggal": working_day(), "jam": "11:30",
        "tempat": "Aula Blok G", "lantai": "2", "kelurahan": "31.71.08.1001", "orang": 40,
        "sumber": f"{desk.means.package_id}:{desk.means.line_id}", **changes,
    }  # fmt: skip
    return NeedIn.model_validate(told)


def kitchens(*prices: int, days: str = "12345") -> list[SellerCard]:
    """Open shops that sell boxes of rice at these prices."""
    made = []
    for number, price in enumerate(prices):
        shop = sellers.shop(trusted=True, name=f"Dapur {number} {price}", opening_days=list(days))
        of.boxes(shop, price=price)
        made.append(shop)
    # Shops are found by the index, which another test of this process may have left behind.
    searching.rebuild(products)
    return made


def choice(code: str, desk: Desk, shop: SellerCard, **changes: Any) -> ChooseIn:
    sheet = queries.compare(queries.need(code, desk[PP]))
    return ChooseIn.model_validate({"pilih": shop.id, "dasar": sheet.basis, **changes})


def refused(desk: Desk, **changes: object) -> dict[str, object]:
    with pytest.raises(Invalid) as said:
        services.make_need(need_in(desk, **changes), by=desk[PP])
    return dict(said.value.fields)


def drafts(code: str) -> list[Order]:
    need = session.scalars(select(Need).where(Need.code == code)).one()
    return list(session.scalars(select(Order).where(Order.need_id == need.id).order_by(Order.id)))


def test_six_fields_are_enough_for_forty_boxes_of_rice(app: Flask) -> None:
    desk = of.desk()
    code = services.make_need(need_in(desk), by=desk[PP])
    need = queries.need(code, desk[PPK])
    assert [(words, qty) for _id, words, qty, _note in need.items] == [("nasi kotak", 40)]
    assert (need.unit_code, need.year, need.ceiling_code) == (desk.unit_code, need.day.year, "makan-rapat")
    assert [one.place for one in need.places] == ["Aula Blok G"]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("tanggal", {"tanggal": date(2020, 1, 2)}),
        ("orang", {"orang": None}),
        ("jam", {"jam": ""}),
        ("kelurahan", {"kelurahan": "Tidak Ada"}),
        ("sumber", {"sumber": ""}),
        ("dari", {"dari": "12:00"}),
        ("templat", {"templat": "kapal_selam"}),
    ],
)
def test_what_is_wrong_with_a_need_is_said_beside_the_field(app: Flask, field: str, changes: dict[str, object]) -> None:
    assert field in refused(of.desk(), **changes)


def test_a_package_of_another_unit_or_another_year_pays_for_nothing(app: Flask) -> None:
    """Guard (R26.3): package and line of the unit and of the year."""
    desk, other = of.desk(), of.desk()
    assert "sumber" in refused(desk, sumber=f"{other.means.package_id}:{other.means.line_id}")
    assert "sumber" in refused(desk, sumber=f"{desk.means.package_id}:{other.means.line_id}")
    next_year = date(time.today().year + 1, 2, 1)
    assert "sumber" in refused(desk, tanggal=next_year, libur=True)


def test_a_day_on_which_offices_are_closed_is_asked_about_once(app: Flask) -> None:
    desk = of.desk()
    sunday = working_day()
    while sunday.weekday() != 6:
        sunday += timedelta(days=1)
    assert "tanggal" in refused(desk, tanggal=sunday)
    assert services.make_need(need_in(desk, tanggal=sunday, libur=True), by=desk[PP])


def test_who_only_approves_prepares_no_need_and_another_office_sees_none(app: Flask) -> None:
    desk, other = of.desk(), of.desk()
    code = services.make_need(need_in(desk), by=desk[PP])
    with pytest.raises(NotFound):
        queries.need(code, other[PP])
    with pytest.raises(NotAllowed):
        services.drop_need(code, DropIn(alasan="Rapat batal"), by=desk[PPK])
    with pytest.raises(NotFound):
        services.drop_need(code, DropIn(alasan="Rapat batal"), by=other[PP])


def test_the_same_again_next_week_by_one_press(app: Flask) -> None:
    desk = of.desk()
    code = services.make_need(need_in(desk, tanggal=working_day(1)), by=desk[PP])
    again = queries.need(services.repeat_need(code, by=desk[PP]), desk[PP])
    before = queries.need(code, desk[PP])
    assert (again.day - before.day).days % 7 == 0
    assert again.day > before.day
    assert [item[1:] for item in again.items] == [item[1:] for item in before.items]


def test_several_places_share_what_comes(app: Flask) -> None:
    desk = of.desk()
    others = [{"tempat": "Ruang Rapat Lantai 5", "jumlah": 15}]
    need = queries.need(services.make_need(need_in(desk, lain=others), by=desk[PP]), desk[PP])
    assert [one.qty for one in need.places] == [25, 15]
    assert "lain-0-jumlah" in refused(desk, lain=[{"tempat": "Ruang Rapat", "jumlah": 40}])


def test_the_shop_that_the_unit_ordered_least_from_comes_first_among_equals(app: Flask) -> None:
    desk = of.desk()
    first, second = kitchens(32_000, 33_000)
    need = of.need(desk)
    found = queries.candidates(queries.need_of(need))
    assert [one.seller.id for one in found] == [first.id, second.id]
    of.order_in(OrderState.CLOSED, of=desk, shop=first)
    found = queries.candidates(queries.need_of(need))
    assert [one.seller.id for one in found] == [second.id, first.id]
    assert (found[1].past.orders, found[1].past.share) == (1, 100)


def test_a_shop_that_is_closed_on_the_day_is_shown_and_cannot_be_chosen(app: Flask) -> None:
    """Guard (R26.3): only who can bring it then is chosen."""
    desk = of.desk()
    closed, open_shop = kitchens(30_000, days="67")[0], kitchens(34_000)[0]
    code = services.make_need(need_in(desk), by=desk[PP])
    sheet = queries.compare(queries.need(code, desk[PP]))
    assert [one.seller.id for one in sheet.columns] == [open_shop.id, closed.id]
    assert "tutup" in str(sheet.column(closed.id).why_not)
    with pytest.raises(Invalid) as said:
        services.choose(code, choice(code, desk, closed, sedikit=WHY, alasan=WHY), by=desk[PP])
    assert "pilih" in said.value.fields


def test_choosing_the_lowest_of_three_makes_a_draft_and_freezes_what_was_seen(app: Flask) -> None:
    desk = of.desk()
    shops = kitchens(32_000, 33_000, 34_000)
    code = services.make_need(need_in(desk), by=desk[PP])
    order_code = services.choose(code, choice(code, desk, shops[0]), by=desk[PP])
    order = queries.order(order_code, desk[PP])
    assert (order.state, order.goods, order.seller_id) == (OrderState.DRAFT, Rupiah(1_280_000), shops[0].id)
    assert order.total == order.goods + order.shipping + order.tax
    assert [(line.qty, line.price, line.public) for line in order.lines] == [(40, Rupiah(32_000), Rupiah(32_000))]
    sheet = queries.sheet(order.comparison_id)
    assert sheet.digest == queries.digest_of(sheet.seen)
    assert {one["id"] for one in sheet.seen["shops"]} == {str(shop.id) for shop in shops}
    done = session.scalars(select(Done).where(Done.order_id == order.id)).one()
    assert (done.act, done.person_id, done.duty) == ("choose", desk[PP].id, PP)
    assert list(queries.comparisons_broken()) == []


def test_the_letter_describes_the_goods_as_the_shop_did_on_that_day(app: Flask) -> None:
    desk = of.desk()
    (shop,) = kitchens(32_000)
    described(shop.id, "Nasi putih, ayam bakar,\n lalap dan sambal. " + "Dibungkus rapi. " * 40)
    code = services.make_need(need_in(desk), by=desk[PP])
    order = services.choose(code, choice(code, desk, shop, sedikit="Toko lain tutup"), by=desk[PP])
    described(shop.id, "Nasi goreng")
    letter = kinds.draft_letter(queries.order(order, desk[PP]).id)
    (line,) = letter.data["lines"]
    assert line["spec"].startswith("Nasi putih, ayam bakar, lalap dan sambal. Dibungkus rapi.")
    assert line["spec"].endswith(" …")
    assert len(line["spec"]) <= 200
    with speaking("id"):
        assert line["spec"] in papers.letter_sheet(letter).rows[0][0]


@transactional
def described(seller_id: UUID, words: str) -> None:
    session.execute(update(Product).where(Product.seller_id == seller_id).values(description=words))


def test_choosing_another_than_the_lowest_wants_a_reason_that_is_kept(app: Flask) -> None:
    """Guard (R26.3): a reason when the lowest is not chosen."""
    desk = of.desk()
    shops = kitchens(32_000, 33_000, 34_000)
    code = services.make_need(need_in(desk), by=desk[PP])
    for empty in ("", "   ", "ya"):
        with pytest.raises(Invalid) as said:
            services.choose(code, choice(code, desk, shops[2], alasan=empty), by=desk[PP])
        assert "alasan" in said.value.fields
    order = queries.order(services.choose(code, choice(code, desk, shops[2], alasan=WHY), by=desk[PP]), desk[PP])
    assert queries.sheet(order.comparison_id).reason == WHY


def test_fewer_shops_than_the_rule_wants_are_compared_only_with_a_reason(app: Flask) -> None:
    """Guard (R26.3): the number of offers that the method wants."""
    desk = of.desk()
    shops = kitchens(32_000, 33_000)
    code = services.make_need(need_in(desk), by=desk[PP])
    with pytest.raises(Invalid) as said:
        services.choose(code, choice(code, desk, shops[0]), by=desk[PP])
    assert "sedikit" in said.value.fields
    assert services.choose(code, choice(code, desk, shops[0], sedikit=WHY), by=desk[PP])


def test_above_the_ceiling_a_reason_is_asked_that_names_it(app: Flask) -> None:
    """Guard (R26.3): the price ceiling."""
    desk = of.desk()
    shops = kitchens(53_001, 54_000, 55_000)
    code = services.make_need(need_in(desk), by=desk[PP])
    with pytest.raises(Invalid) as said:
        services.choose(code, choice(code, desk, shops[0]), by=desk[PP])
    assert "53.000" in str(said.value.fields["alasan_batas"])
    services.choose(code, choice(code, desk, shops[0], alasan_batas=WHY), by=desk[PP])
    assert queries.need(code, desk[PP]).over_ceiling == WHY
    exactly = kitchens(53_000)[0]
    other = services.make_need(need_in(desk), by=desk[PP])
    assert services.choose(other, choice(other, desk, exactly), by=desk[PP])


def test_a_price_that_moved_since_it_was_seen_is_looked_at_again(app: Flask) -> None:
    """Guard (R26.3): a choice rests on what was seen."""
    desk = of.desk()
    shops = kitchens(32_000, 33_000, 34_000)
    code = services.make_need(need_in(desk), by=desk[PP])
    seen = choice(code, desk, shops[0])
    variant = queries.compare(queries.need(code, desk[PP])).column(shops[0].id).parts[0].offer.variant_id
    of.reprice(variant, 40_000)
    with pytest.raises(Conflict) as said:
        services.choose(code, seen, by=desk[PP])
    assert said.value.code == "changed"
    assert drafts(code) == []


def test_a_sheet_that_was_touched_afterwards_is_found(app: Flask) -> None:
    """Guard (R26.3): the comparison is frozen."""
    desk = of.desk()
    shops = kitchens(32_000, 33_000, 34_000)
    code = services.make_need(need_in(desk), by=desk[PP])
    services.choose(code, choice(code, desk, shops[0]), by=desk[PP])

    @transactional
    def touched() -> None:
        session.execute(update(Comparison).values(seen={"shops": []}))

    touched()
    assert len(list(queries.comparisons_broken())) == 1


def test_choosing_anew_lets_the_first_draft_go_and_an_order_under_way_stands(app: Flask) -> None:
    desk = of.desk()
    shops = kitchens(32_000, 33_000, 34_000)
    code = services.make_need(need_in(desk), by=desk[PP])
    services.choose(code, choice(code, desk, shops[0]), by=desk[PP])
    services.choose(code, choice(code, desk, shops[1], alasan=WHY), by=desk[PP])
    assert [one.state for one in drafts(code)] == [OrderState.CANCELLED, OrderState.DRAFT]

    @transactional
    def sent() -> None:
        session.execute(update(Order).where(Order.state == OrderState.DRAFT).values(state=OrderState.NEGOTIATION))

    sent()
    session.expire_all()
    with pytest.raises(Conflict) as said:
        services.choose(code, choice(code, desk, shops[0]), by=desk[PP])
    assert said.value.code == "has_order"
    with pytest.raises(Conflict):
        services.change_need(code, need_in(desk), by=desk[PP])


def test_a_shop_with_only_a_part_brings_its_part_and_the_rest_is_a_need_of_its_own(app: Flask) -> None:
    desk = of.desk()
    shop = kitchens(32_000)[0]
    wanted = [{"nama": "nasi kotak", "jumlah": 10}, {"nama": "keranjang buah", "jumlah": 2}]
    told = need_in(desk, templat="stationery", jam="", orang=None, barang=wanted)
    code = services.make_need(told, by=desk[PP])
    with pytest.raises(Invalid) as said:
        services.choose(code, choice(code, desk, shop, sedikit=WHY), by=desk[PP])
    assert "sebagian" in said.value.fields
    services.choose(code, choice(code, desk, shop, sedikit=WHY, sebagian=True), by=desk[PP])
    rest = session.scalars(select(Need).where(Need.unit_code == desk.unit_code, Need.code != code)).one()
    assert rest.state == NeedState.OPEN
    assert [one[1] for one in queries.need_of(rest.id).items] == ["keranjang buah"]
    assert [one[1] for one in queries.need(code, desk[PP]).items] == ["nasi kotak"]


def test_the_shops_own_people_do_not_choose_their_shop(app: Flask) -> None:
    """Guard (R26.3): buyer and seller are two people (at the choice)."""
    from tests.factories.accounts import as_actor

    desk = of.desk()
    shop = kitchens(32_000)[0]
    code = services.make_need(need_in(desk), by=desk[PP])
    keeper = as_actor(sellers.keeper(shop), *desk[PP].grants)
    with pytest.raises(Conflict) as said:
        services.choose(code, choice(code, desk, shop, sedikit=WHY), by=keeper)
    assert said.value.code == "own_shop"


def test_a_need_that_is_dropped_looks_for_no_shop(app: Flask) -> None:
    desk = of.desk()
    shop = kitchens(32_000)[0]
    code = services.make_need(need_in(desk), by=desk[PP])
    services.drop_need(code, DropIn(alasan="Rapat dibatalkan"), by=desk[PP])
    with pytest.raises(Conflict):
        services.choose(code, choice(code, desk, shop, sedikit=WHY), by=desk[PP])


def test_what_says_that_it_pays_for_meals_is_shown_for_meals_and_nothing_else(app: Flask) -> None:
    desk = of.desk()
    year = time.today().year
    offices.set_line(
        line_in(desk.unit_code, 9_000_000, account_code="5.1.02.01.01.0024", name="Belanja ATK"), by=SYSTEM
    )

    def names(template: str) -> list[str]:
        return [one.line.name for one in queries.purse(desk[PP], year, template).pairs(("goods",))]

    meals, office_goods = names("meeting_food"), names("stationery")
    assert all("makan" in name.casefold() for name in meals)
    assert office_goods == ["Belanja ATK"]
    assert sorted(names("souvenirs")) == sorted({*meals, *office_goods})


def test_the_only_pair_is_chosen_already_and_among_several_what_paid_for_the_same_kind_last(app: Flask) -> None:
    desk = of.desk()
    year, first = time.today().year, f"{desk.means.package_id}:{desk.means.line_id}"

    def usual(template: str = "") -> str | None:
        found = queries.purse(desk[PP], year, template).usual(("goods",))
        return found and found.key

    assert usual() == first
    second = offices.set_package(package_in(desk.unit_code, 5_000_000), by=SYSTEM)
    assert usual() is None
    of.need(desk, template="stationery", package_id=second)
    assert usual("meeting_food") == f"{second}:{desk.means.line_id}"
    of.need(desk)
    of.need(desk, template="stationery", package_id=second)
    assert (usual("meeting_food"), usual("stationery")) == (first, f"{second}:{desk.means.line_id}")
