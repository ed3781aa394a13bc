"""The use cases of orders: the cart, checkout, payment and the way of the parts."""

from marketplace.orders.services.calling_off import cancel_part, decline
from marketplace.orders.services.cart import (
    adopt,
    agree,
    choose_delivery,
    keep_draft,
    put,
    remove,
    save,
    set_aside,
    set_quantity,
    sweep_carts,
)
from marketplace.orders.services.checkout import Placed, buy, pay_again, place
from marketplace.orders.services.desk import cancel_reviewed, settle_reviewed
from marketplace.orders.services.joining import join, join_from_here
from marketplace.orders.services.lookup import look_up
from marketplace.orders.services.parts import HandOver, advance, not_delivered, note_view, receive
from marketplace.orders.services.payment import (
    ask,
    cancel,
    cancel_unpaid,
    erase_person,
    let_go,
    mark_paid,
    question,
    tell_of_refund,
)
from marketplace.orders.services.refunding import repay, take_back
from marketplace.orders.services.timing import deadlines

__all__ = [
    "HandOver",
    "Placed",
    "adopt",
    "advance",
    "agree",
    "ask",
    "buy",
    "cancel",
    "cancel_part",
    "cancel_reviewed",
    "cancel_unpaid",
    "choose_delivery",
    "deadlines",
    "decline",
    "erase_person",
    "join",
    "join_from_here",
    "keep_draft",
    "let_go",
    "look_up",
    "mark_paid",
    "not_delivered",
    "note_view",
    "pay_again",
    "place",
    "put",
    "question",
    "receive",
    "remove",
    "repay",
    "save",
    "set_aside",
    "set_quantity",
    "settle_reviewed",
    "sweep_carts",
    "take_back",
    "tell_of_refund",
]
