"""The part of the matrix's town that is about offices that buy: two of them, and what each has (R11.10)."""

from typing import TYPE_CHECKING

from marketplace.accounts.demo import OFFICE
from marketplace.eorder import queries
from marketplace.eorder import services as orders
from marketplace.eorder.forms import ShipIn
from marketplace.eorder.models import OrderState
from marketplace.kernel.access import SYSTEM
from marketplace.offices import services
from marketplace.sellers.queries import SellerCard
from tests.architecture.opinions import UNKNOWN, UNKNOWN_CODE
from tests.factories import eorder, offices
from tests.factories.accounts import PASSWORD, opened
from tests.factories.media import photo

if TYPE_CHECKING:
    from tests.architecture.matrix import Town

FIRST, SECOND = "office", "office2"
"""How the table calls what belongs to each of the two."""
PEOPLE = {FIRST: ("pp", "ppk", "penerima", "bendahara", "pa", "auditor1"), SECOND: ("ppk2", "auditor2")}
"""Who belongs to which; the first four are the demo's."""
DUTIES = {"pa": "budget_holder", "auditor1": "auditor", "ppk2": "commitment_officer", "auditor2": "auditor"}
ACTORS = tuple(DUTIES)
LINES = "kode unit,tahun,sub kegiatan,kode rekening,uraian,pagu\n{code},2026,5.01,5.1.02,Belanja alat tulis,1.000.000\n"


def two_offices(town: "Town", shops: tuple[SellerCard, SellerCard]) -> None:
    """Give the demo's office and another one money, people, and an order of one of these shops."""
    services.set_unit(
        offices.unit_in(OFFICE, kind="ukpd", name="Kelurahan Kampung Rawa (contoh)", paper_code="KEL-KPR"), by=SYSTEM
    )
    codes = {FIRST: OFFICE, SECOND: offices.office("Sudin Lain")}
    for login, duty in DUTIES.items():
        which = FIRST if login in PEOPLE[FIRST] else SECOND
        town.cookies[login] = ("sesi", opened(offices.appointed(codes[which], duty).id).token)
    means = {about: offices.means(code=code) for about, code in codes.items()}
    _orders(town, means, dict(zip(codes, shops, strict=True)))
    units = {about: {"unit": code} for about, code in codes.items()} | {"unknown": {"unit": "TIDAK-ADA"}}
    town.queries |= dict.fromkeys(("offices.budget", "offices.plan"), units)
    town.parts |= {
        "/pengadaan line_id": {
            **{about: {"line_id": one.line_id} for about, one in means.items()},
            "unknown": {"line_id": UNKNOWN},
        },
    }
    town.bodies["offices.give_table"] = {"apa": "lines", "isi": LINES.format(code=OFFICE), "aksi": "tulis"}
    town.bodies["offices.choose_role"] = {"peran": f"{OFFICE}:commitment_officer"}


def _orders(town: "Town", means: dict[str, offices.Means], shops: dict[str, SellerCard]) -> None:
    codes, photos, keepers = {}, {}, dict(zip(means, ("penjual", "penjual2"), strict=True))
    for about, shop in shops.items():
        people = {duty: eorder.holding(duty, means[about].unit_code) for duty in eorder.NAMES}
        case = eorder.order_in(OrderState.ACCEPTED, of=eorder.Desk(means[about], people), shop=shop)
        photos[about] = orders.take_photo(photo(), case.order_id, by=case.seller)
        orders.ship(case.code, ShipIn(), by=case.seller, photo_id=photos[about])
        codes[about] = case.code
    known = {about: {"code": code} for about, code in codes.items()} | {"unknown": {"code": UNKNOWN_CODE}}
    pictured = {about: {**one, "picture_id": photos.get(about, UNKNOWN)} for about, one in known.items()}
    of_shops = {keepers.get(about, about): one for about, one in known.items()}
    town.parts |= {
        "/pengadaan code": known,
        "/pengadaan code picture_id": pictured,
        "/pengadaan code tax_id": {about: {**one, "tax_id": UNKNOWN} for about, one in known.items()},
        "/pengadaan rule_id": {"a rule": {"rule_id": eorder.method()}, "unknown": {"rule_id": UNKNOWN}},
    }
    for rule in town.app.url_map.iter_rules():
        # Elsewhere in the seller centre a code is that of a part of a public order.
        if rule.rule.startswith("/lapak/permintaan/") and rule.arguments == {"code"}:
            town.parts[rule.endpoint] = of_shops
    (line,) = queries.order(codes[FIRST], SYSTEM).lines
    came = {"kunci": "kunci-dari-ponsel", "baris-0-id": str(line.id), "baris-0-datang": "40"}
    town.bodies |= {
        "eorder.receive": came,
        "eorder.miss": {"alasan": "Kurir tidak datang"},
        "eorder.inspect": {"baris-0-id": str(line.id), "baris-0-terima": "40"},
        "eorder.sign": {"password": PASSWORD},
    }
