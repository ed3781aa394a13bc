"""The part of the matrix's town that is about orders of offices: one of each office with each of two shops (R11.10)."""

from typing import TYPE_CHECKING, Any

from marketplace.eorder.models import OrderState
from marketplace.kernel.db import session
from marketplace.sellers.queries import SellerCard
from tests.architecture.buying import FIRST, SECOND
from tests.architecture.opinions import UNKNOWN, UNKNOWN_CODE
from tests.factories import eorder
from tests.factories.offices import Means

if TYPE_CHECKING:
    from tests.architecture.matrix import Town


def ordered(town: "Town", means: dict[str, Means], shops: dict[str, SellerCard]) -> None:
    """Let the first office order of the first shop and the second of the second, and describe every address of these."""
    desks = {about: eorder.desk_of(one) for about, one in means.items()}
    pairs = dict(zip((FIRST, SECOND), shops.items(), strict=True))
    orders = {
        about: eorder.order_in(OrderState.LETTER_ISSUED, of=desks[about], shop=shop)
        for about, (_login, shop) in pairs.items()
    }
    of_office: dict[str, dict[str, Any]] = {about: {"code": one.code} for about, one in orders.items()}
    of_shop: dict[str, dict[str, Any]] = {
        login: {"code": orders[about].code} for about, (login, _shop) in pairs.items()
    }
    needs = {about: {"code": eorder.need_code(eorder.need(desk))} for about, desk in desks.items()}
    unknown = {"unknown": {"code": UNKNOWN_CODE}}
    session.commit()
    extra = {"tax_id": UNKNOWN, "picture_id": UNKNOWN}
    for rule in town.app.url_map.iter_rules():
        if not rule.endpoint.startswith("eorder.") or "code" not in rule.arguments:
            continue
        whose = of_shop if rule.rule.startswith("/lapak") else needs if "/kebutuhan" in rule.rule else of_office
        more = {name: value for name, value in extra.items() if name in rule.arguments}
        if "picture_id" in more:
            whose = {"of no photo": of_office[FIRST]}
        town.parts[rule.endpoint] = {about: {**values, **more} for about, values in {**whose, **unknown}.items()}
    town.parts["/pengadaan rule_id"] = {"known": {"rule_id": eorder.method()}, "unknown": {"rule_id": UNKNOWN}}
