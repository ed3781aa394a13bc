"""What orders tells people: the kinds that readers choose about, and a notice for each event (H4, D15)."""

from datetime import timedelta

from marketplace.kernel.access import Actor
from marketplace.kernel.words import _
from marketplace.notifications.slots import INBOX, MAIL, WEBHOOK, Escalation, Kind, Notice, Step
from marketplace.orders import queries
from marketplace.orders.events import (
    MoneyBack,
    OrderCancelled,
    OrderPaid,
    OrderPlaced,
    OrderPromised,
    OrderQuestioned,
    PartMoved,
    StandingReady,
)
from marketplace.orders.policies import SELLER

OVERLOOKED_AFTER = timedelta(hours=2)
STAFF = ("programme_officer", "admin")


def _sells(actor: Actor) -> bool:
    return any(grant.role == SELLER for grant in actor.grants)


def _looks_after(actor: Actor) -> bool:
    return any(grant.role in STAFF for grant in actor.grants)


BUYER = _("Buyer")
PURCHASE = Kind(
    key="orders.purchase",
    label=_("Your orders and payments"),
    who=BUYER,
    hint=_("Ordered, paid, cancelled, money paid back."),
    needed=(INBOX, MAIL),
    why=_("You need these to pay, and as proof of what you bought."),
)
ON_ITS_WAY = Kind(
    key="orders.way",
    label=_("Your order is ready or on its way"),
    who=BUYER,
)
STANDING = Kind(
    key="orders.standing",
    label=_("Your standing orders"),
    who=BUYER,
    hint=_("Ready to be ordered and paid, two days before its day."),
)
SHOP_ORDER = Kind(
    key="orders.shop",
    label=_("New orders for your shop"),
    who=_("The shop's team"),
    hint=_(
        "What nobody of the shop has read after 2 hours also goes to your phones, and after 2 hours more to the programme's"
        " officers."
    ),
    needed=(INBOX,),
    why=_("A paid order must not be overlooked."),
    concerns=_sells,
)
QUESTION = Kind(
    key="orders.question",
    label=_("Orders that need a look"),
    who=_("Programme officers"),
    needed=(INBOX, MAIL),
    why=_("Somebody's money waits for you."),
    concerns=_looks_after,
)
OVERLOOKED = Kind(
    key="orders.overlooked",
    label=_("Orders that a shop overlooks"),
    who=_("Programme officers"),
    why=_("A buyer has paid and waits."),
    fixed=True,
    concerns=_looks_after,
)
OVERLOOKED_PART = Escalation(
    after=OVERLOOKED_AFTER,
    settled=queries.part_taken,
    steps=(
        Step(channels=(WEBHOOK,), to=queries.shop_phones),
        Step(
            channels=(INBOX, MAIL),
            to=queries.staff,
            context=queries.overlooked_context,
            template="orders/mail/overlooked",
            short="orders/short/overlooked",
            kind=OVERLOOKED,
        ),
    ),
)
"""A paid part that its shop neither takes nor reads: their phones after two hours, the programme's officers after two more."""

NOTICES = (
    Notice(
        OrderPlaced,
        queries.buyer_to_pay,
        "orders/mail/placed",
        queries.order_context,
        kind=PURCHASE,
        otherwise=(WEBHOOK,),
        short="orders/short/placed",
        link="pay_path",
        group="code",
    ),
    Notice(
        OrderPromised,
        queries.buyer,
        "orders/mail/promised",
        queries.order_context,
        kind=PURCHASE,
        otherwise=(WEBHOOK,),
        short="orders/short/promised",
        link="order_path",
        group="code",
    ),
    Notice(
        OrderPaid,
        queries.buyer,
        "orders/mail/paid",
        queries.order_context,
        kind=PURCHASE,
        otherwise=(WEBHOOK,),
        short="orders/short/paid",
        link="order_path",
        group="code",
    ),
    Notice(
        OrderCancelled,
        queries.buyer_of_cancelled,
        "orders/mail/cancelled",
        queries.order_context,
        kind=PURCHASE,
        otherwise=(WEBHOOK,),
        short="orders/short/cancelled",
        link="order_path",
        group="code",
    ),
    Notice(
        MoneyBack,
        queries.buyer,
        "orders/mail/money_back",
        queries.order_context,
        kind=PURCHASE,
        otherwise=(WEBHOOK,),
        short="orders/short/money_back",
        link="order_path",
        group="code",
    ),
    Notice(
        OrderQuestioned,
        queries.staff,
        "orders/mail/questioned",
        queries.question_context,
        kind=QUESTION,
        group="code",
    ),
    Notice(
        PartMoved,
        queries.seller_team,
        "orders/mail/part_new",
        queries.part_context,
        kind=SHOP_ORDER,
        short="orders/short/part_new",
        link="seller_path",
        group="code",
        escalate=OVERLOOKED_PART,
    ),
    Notice(
        PartMoved,
        queries.buyer_of_part,
        "orders/mail/part_sent",
        queries.part_context,
        kind=ON_ITS_WAY,
        otherwise=(WEBHOOK,),
        short="orders/short/part_sent",
        link="order_path",
        group="code",
    ),
    Notice(
        StandingReady,
        queries.standing_owner,
        "orders/mail/standing_ready",
        queries.standing_context,
        kind=STANDING,
        short="orders/short/standing_ready",
        link="pay_path",
        group="group",
    ),
    Notice(
        PartMoved,
        queries.buyer_of_ended_part,
        "orders/mail/part_ended",
        queries.part_context,
        kind=PURCHASE,
        otherwise=(WEBHOOK,),
        short="orders/short/part_ended",
        link="order_path",
        group="code",
    ),
    Notice(
        PartMoved,
        queries.seller_of_ended_part,
        "orders/mail/part_lost",
        queries.part_context,
        kind=SHOP_ORDER,
        short="orders/short/part_lost",
        link="seller_path",
        group="code",
    ),
)
