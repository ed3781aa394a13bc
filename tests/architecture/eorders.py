"""The part of the matrix's town that is about orders of offices: one of each office with each of two shops (R11.10)."""

from typing import TYPE_CHECKING, Any

from marketplace.eorder import queries, services
from marketplace.eorder.forms import ShipIn
from marketplace.eorder.forms_needs import AskIn
from marketplace.eorder.models import OrderState
from marketplace.eorder.models.acts import PP
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.sellers.queries import SellerCard
from tests.architecture.buying import FIRST, SECOND
from tests.architecture.opinions import UNKNOWN, UNKNOWN_CODE
from tests.factories import eorder
from tests.factories.accounts import PASSWORD
from tests.factories.media import photo
from tests.factories.offices import Means

if TYPE_CHECKING:
    from tests.architecture.matrix import Town


def ordered(town: "Town", means: dict[str, Means], shops: dict[str, SellerCard]) -> None:
    """Let the first office order of the first shop and the second of the second, and describe every address of these."""
    desks = {about: eorder.desk_of(one) for about, one in means.items()}
    pairs = dict(zip((FIRST, SECOND), shops.items(), strict=True))
    orders = {
        about: eorder.order_in(OrderState.ACCEPTED, of=desks[about], shop=shop)
        for about, (_login, shop) in pairs.items()
    }
    photos = {about: services.take_photo(photo(), one.order_id, by=one.seller) for about, one in orders.items()}
    for about, one in orders.items():
        services.ship(one.code, ShipIn(), by=one.seller, photo_id=photos[about])
    of_payments: dict[str, Any] = {
        **dict.fromkeys(("tax_id", "payment_id", "file_id"), UNKNOWN),
        "flag": "split",
        "act": "terima",
    }
    of_office: dict[str, dict[str, Any]] = {
        about: {"code": one.code, "picture_id": photos[about], **of_payments} for about, one in orders.items()
    }
    of_shop = {login: of_office[about] for about, (login, _shop) in pairs.items()}
    needs = {about: {"code": eorder.need_code(eorder.need(desk))} for about, desk in desks.items()}
    of_asked = {
        login: {"code": _asked(desks[about], needs[about]["code"], shop)} for about, (login, shop) in pairs.items()
    }
    unknown = {"unknown": {"code": UNKNOWN_CODE, "picture_id": UNKNOWN, **of_payments}}
    session.commit()
    for rule in town.app.url_map.iter_rules():
        if not rule.endpoint.startswith("eorder.") or "code" not in rule.arguments:
            continue
        whose = of_shop if rule.rule.startswith("/lapak") else needs if "/kebutuhan" in rule.rule else of_office
        whose = of_asked if "/permintaan/tanya" in rule.rule else whose
        # Nobody plays the shop of an order that is no practice.
        whose = {} if "/latihan/" in rule.rule else whose
        if rule.arguments & of_payments.keys():
            whose = {"with nothing of it": of_office[FIRST]}
        town.parts[rule.endpoint] = {
            about: {name: values[name] for name in rule.arguments} for about, values in {**whose, **unknown}.items()
        }
    compared = {about: {"kebutuhan": one["code"]} for about, one in needs.items()} | {
        "unknown": {"kebutuhan": UNKNOWN_CODE}
    }
    town.queries |= {"eorder.compare": compared, "eorder.choose": compared}
    town.parts["/pengadaan rule_id"] = {"known": {"rule_id": eorder.method()}, "unknown": {"rule_id": UNKNOWN}}
    (line,) = queries.order(orders[FIRST].code, SYSTEM).lines
    town.bodies |= {
        "eorder.receive": {
            "kunci": "kunci-matriks-0001",
            f"baris-{line.position}-id": str(line.id),
            f"baris-{line.position}-datang": "1",
        },
        "eorder.sign": {"password": PASSWORD},
    }


def _asked(desk: eorder.Desk, need: str, shop: SellerCard) -> str:
    """Let an office ask a shop for its price; return the code of the request."""
    services.ask(need, AskIn(toko=[shop.id]), by=desk[PP])
    (request,) = queries.requests_for(queries.need(need, desk[PP]).id)
    return request.code
