"""Figures with their bases: from sums, rounded once; Jakarta's own published ones come out (domain 4.6)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Invalid, NotAllowed
from marketplace.kernel.money import Rupiah
from marketplace.p3dn import services
from marketplace.p3dn.forms import CommitmentIn
from marketplace.p3dn.queries import Local
from marketplace.p3dn.queries.figures import Scope, lines, overview, share, total
from tests.factories import catalog, offices, p3dn, sellers
from tests.factories.sellers import holds
from tests.p3dn import filled

TRILLION = 10**12
HERE, ABROAD = Local(rung="domestic"), Local(rung="import")


def committed(unit: str, year: int, value: int) -> None:
    told = CommitmentIn(unit=unit, tahun=year, nilai=Rupiah(value), per=date(year, 1, 2), sumber="RAPBD uji")
    services.set_commitments([told], by=SYSTEM)


def year(of: int, *units: str) -> Scope:
    return Scope(first=date(of, 1, 1), last=date(of, 12, 31), units=units or None)


@pytest.mark.parametrize(
    ("realised", "commitment", "printed"),
    [
        (11_350 * TRILLION // 1000, 15_800 * TRILLION // 1000, 7184),
        (13_100 * TRILLION // 1000, 15_850 * TRILLION // 1000, 8265),
        (20_454 * TRILLION // 1000, 11_334 * TRILLION // 1000, 18047),
    ],
)
def test_jakarta_s_published_figures_come_out_of_their_bases(
    app: Flask, realised: int, commitment: int, printed: int
) -> None:
    """Of the commitment 71.84, 82.65 and 180.47 %: a share of what was committed may pass 100, of what was bought it cannot."""
    unit, shop = offices.office(), sellers.shop().id
    committed(unit, 2023, commitment)
    p3dn.recorded(
        p3dn.fact(shop, day=date(2023, 10, 15), unit_code=unit, value=Rupiah(realised), local=HERE),
        p3dn.fact(shop, day=date(2023, 10, 15), unit_code=unit, value=Rupiah(realised // 10), local=ABROAD, line=2),
    )
    found = overview(year(2023, unit)).whole
    assert (found.commitment, found.spend) == (printed, 9091)
    assert found.committed == Rupiah(commitment)


def test_a_newer_commitment_of_an_office_takes_the_place_of_the_older(app: Flask) -> None:
    unit, shop = offices.office(), sellers.shop().id
    for value in (1_000_000, 4_000_000):
        committed(unit, 2026, value)
    p3dn.recorded(p3dn.fact(shop, unit_code=unit, value=Rupiah(1_000_000), local=HERE))
    assert overview(year(2026, unit)).whole.commitment == 2500
    assert overview(year(2026)).units[0].figures.commitment == 2500


def test_who_is_not_a_keeper_commits_nothing_and_no_office_means_nothing(app: Flask) -> None:
    told = CommitmentIn(unit="TIDAK-ADA", tahun=2026, nilai=Rupiah(1), per=date(2026, 1, 2), sumber="uji")
    with pytest.raises(NotAllowed):
        services.set_commitments([told], by=holds("programme_officer"))
    with pytest.raises(Invalid):
        services.set_commitments([told], by=SYSTEM)


def test_percentages_come_from_sums_and_are_never_averaged(app: Flask) -> None:
    """One office buys 1 of 10 million domestic, another 9 of 90: together 10 %, and so on with TKDN by value."""
    first, second, shop = offices.office(), offices.office("Dinas Uji"), sellers.shop().id
    certified = Local(rung="certified", tkdn=4000, certificate="1/UJI", kind="lvi")
    low = Local(rung="low", tkdn=1000, certificate="2/UJI", kind="ik")
    p3dn.recorded(
        p3dn.fact(shop, unit_code=first, reference="a", value=Rupiah(1_000_000), local=certified),
        p3dn.fact(shop, unit_code=first, reference="b", value=Rupiah(9_000_000), local=ABROAD),
        p3dn.fact(shop, unit_code=second, reference="c", value=Rupiah(3_000_000), local=low),
        p3dn.fact(shop, unit_code=second, reference="d", value=Rupiah(87_000_000), local=ABROAD),
    )
    found = overview(year(2026))
    assert [one.figures.spend for one in found.units] == [333, 1000]
    assert (found.whole.spend, found.whole.small, found.whole.tkdn) == (400, 400, 1750)
    assert found.shops == 1


def test_nothing_is_a_share_of_nothing(app: Flask) -> None:
    empty = overview(year(2026)).whole
    assert (empty.total, empty.spend, empty.small, empty.tkdn, empty.commitment) == (Rupiah(0), None, None, None, None)
    assert (share(0, 5), share(1, 0), share(1, 3), share(2, 3), share(1, 20_000)) == (0, None, 3333, 6667, 1)


def test_every_table_adds_up_to_the_whole_and_opens_to_lines_that_do(app: Flask) -> None:
    """Each figure opens to the rows that add up to it (R11.9)."""
    shops = [sellers.shop(trusted=True).id, sellers.shop(name="Kriya Pak Joko").id]
    product = catalog.product(catalog.listing())
    units = [offices.office(), offices.office("Dinas Uji")]
    filled.year(2026, sellers=shops, products=[product], units=units)
    found = overview(year(2026))
    for parts in (found.months, found.categories, found.channels, found.sellers, found.kecamatans, found.mentors):
        assert sum(one.figures.total.amount for one in parts) == found.whole.total.amount
    assert sum(value.amount for value in found.whole.by_class.values()) == found.whole.total.amount
    for scope, expected in (
        (year(2026), found.whole.total.amount),
        (year(2026, units[0]), next(one for one in found.units if one.key == units[0]).figures.total.amount),
        (replace(year(2026), seller_id=shops[0]), amount(found.sellers, str(shops[0]))),
        (replace(year(2026), channel="public"), amount(found.channels, "public")),
        (replace(year(2026), kecamatan=found.kecamatans[0].key), found.kecamatans[0].figures.total.amount),
        (replace(year(2026), local_class="IMPORT"), found.whole.by_class["IMPORT"].amount),
        (replace(year(2026), category_ids=(UUID(found.categories[0].key),)), found.categories[0].figures.total.amount),
    ):
        assert sum(row.value_idr for row in lines(scope, most=10_000)) == expected
    assert total(year(2026)).total == found.whole.total


def amount(parts: object, key: str) -> int:
    found: int = next(one for one in parts if one.key == key).figures.total.amount  # type: ignore[attr-defined]
    return found


def test_lines_go_on_where_a_page_ended(app: Flask) -> None:
    shop = sellers.shop().id
    p3dn.recorded(*(p3dn.fact(shop, reference=f"r{n}", day=date(2026, 11, 1 + n % 3), local=HERE) for n in range(9)))
    seen, after = [], None
    while found := lines(year(2026), after=after, most=4):
        seen += [row.reference for row in found]
        after = (found[-1].day, found[-1].seq)
    assert sorted(seen) == [f"r{n}" for n in range(9)]
