"""A training unit plays the shop of its own orders, which the shop that they name never hears of."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request, url_for

from marketplace.eorder import queries, services
from marketplace.eorder.forms import NothingIn, ReasonIn
from marketplace.eorder.policies import WORK, playing
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import Answer
from marketplace.eorder.views.photos import PHOTO_BODY
from marketplace.eorder.views.sides import Side, acted, opened, shipped
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Input, parse
from marketplace.kernel.routes import actor
from marketplace.offices import queries as offices

PATHS = {
    "accept": "terima", "decline": "tolak", "make": "kerjakan", "ship": "kirim", "countersign": "tanda-tangan",
    "object_to": "keberatan",
}  # fmt: skip
ACTS: Mapping[str, tuple[str, type[Input], Callable[..., Any]]] = {
    "terima": ("accept", NothingIn, lambda code, _data, by: services.accept(code, by=by)),
    "tolak": ("decline", ReasonIn, lambda code, data, by: services.decline(code, data, by=by)),
    "kerjakan": ("make", NothingIn, lambda code, _data, by: services.make(code, by=by)),
    "tanda-tangan": ("countersign", NothingIn, lambda code, _data, by: services.countersign(code, by=by)),
    "keberatan": ("object", ReasonIn, lambda code, data, by: services.object_to(code, data, by=by)),
}


@bp.page("/pengadaan/latihan/<code>", policy=WORK)
def practise(code: str) -> str:
    """Show a training unit what the shop of its order would see."""
    return opened(code, played(code))


@bp.page("/pengadaan/latihan/<code>/<act>", policy=WORK, methods=("POST",), max_body=PHOTO_BODY)
def practise_act(code: str, act: str) -> Answer:
    """Do for the shop of a training unit's order what it would do."""
    side = played(code)
    if act == PATHS["ship"]:
        return shipped(code, side)
    if act not in ACTS:
        raise NotFound
    name, model, service = ACTS[act]
    return acted(code, parse(model, request), lambda data: service(code, data, side.by), name, side)


def played(code: str) -> Side:
    """Return the reader as the shop of an order with which their unit practises. Raises NotFound for every other order."""
    found = queries.order(code, actor())
    if not found.training:
        raise NotFound

    def at(name: str) -> str:
        if name == "shop_index":
            return url_for("eorder.order", code=code)
        if name in PATHS:
            return url_for("eorder.practise_act", code=code, act=PATHS[name])
        return url_for("eorder.practise", code=code)

    return Side(playing(actor(), offices.unit(found.unit_code).scope), at)
