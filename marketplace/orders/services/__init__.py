"""The use cases of orders: the cart, checkout, payment and the way of the parts."""

from marketplace.orders.services.again import buy_again
from marketplace.orders.services.bearing import bear_dispute, bear_refund
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
from marketplace.orders.services.checkout import Placed, buy, place
from marketplace.orders.services.collecting import collect
from marketplace.orders.services.desk import cancel_reviewed, settle_reviewed
from marketplace.orders.services.giving_back import give_back, give_back_for
from marketplace.orders.services.joining import join, join_from_here
from marketplace.orders.services.lookup import look_up
from marketplace.orders.services.objecting import PaidBack, hold_part, pay_back, take_in
from marketplace.orders.services.papers import (
    credit_refund,
    invoice_order,
    invoice_part,
    issue_missing,
    note_paper_view,
    take_credit_back,
)
from marketplace.orders.services.parts import (
    HandOver,
    advance,
    not_delivered,
    note_labels,
    note_overseen,
    note_view,
    receive,
)
from marketplace.orders.services.paying_again import pay_again
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
from marketplace.orders.services.recording_earlier import count_earlier
from marketplace.orders.services.refunding import NOTHING_PAID, repay, take_back
from marketplace.orders.services.standing import (
    change_standing,
    end_standing,
    forget_standing,
    pause_standing,
    prepare_standing,
    resume_standing,
    stand,
    standing_into_cart,
)
from marketplace.orders.services.timing import deadlines

__all__ = [
    "NOTHING_PAID",
    "HandOver",
    "PaidBack",
    "Placed",
    "adopt",
    "advance",
    "agree",
    "ask",
    "bear_dispute",
    "bear_refund",
    "buy",
    "buy_again",
    "cancel",
    "cancel_part",
    "cancel_reviewed",
    "cancel_unpaid",
    "change_standing",
    "choose_delivery",
    "collect",
    "count_earlier",
    "credit_refund",
    "deadlines",
    "decline",
    "end_standing",
    "erase_person",
    "forget_standing",
    "give_back",
    "give_back_for",
    "hold_part",
    "invoice_order",
    "invoice_part",
    "issue_missing",
    "join",
    "join_from_here",
    "keep_draft",
    "let_go",
    "look_up",
    "mark_paid",
    "not_delivered",
    "note_labels",
    "note_overseen",
    "note_paper_view",
    "note_view",
    "pause_standing",
    "pay_again",
    "pay_back",
    "place",
    "prepare_standing",
    "put",
    "question",
    "receive",
    "remove",
    "repay",
    "resume_standing",
    "save",
    "set_aside",
    "set_quantity",
    "settle_reviewed",
    "stand",
    "standing_into_cart",
    "sweep_carts",
    "take_back",
    "take_credit_back",
    "take_in",
    "tell_of_refund",
]
