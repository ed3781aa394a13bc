"""The manifest of orders."""

from datetime import timedelta
from pathlib import Path

from marketplace.accounts.slots import Glance, arrivals, departures, glances
from marketplace.catalog.slots import ProductSection, payable, product_sections
from marketplace.dashboard.slots import Figure, Tile, figures, tiles
from marketplace.documents.slots import layouts
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import (
    Demo,
    Fragment,
    NavItem,
    PersonalData,
    demos,
    facts,
    fragments,
    nav,
    personal_data,
    reapers,
    references,
    verifiers,
)
from marketplace.kernel.words import _
from marketplace.media.slots import PictureUse, uses
from marketplace.notifications.slots import notices
from marketplace.orders import (
    commands,
    demo,
    events,
    letters,
    models,
    papers,
    policies,
    queries,
    services,
    tasks,
    views,
)
from marketplace.orders.queries import receipts as came
from marketplace.orders.queries.credit_notes import broken_notes
from marketplace.orders.queries.glancing import newest
from marketplace.orders.queries.papers import broken_papers
from marketplace.orders.queries.parts import handed_over, shown
from marketplace.orders.queries.telling import PARTS, REFUNDS, told_of_part, told_of_refund
from marketplace.orders.services.recording import SOURCE
from marketplace.orders.slots import Story, stories
from marketplace.p3dn.slots import openers
from marketplace.reviews.slots import Receipts, receipts

HERE = Path(__file__).parent
ORDERS = _("Orders")

plugin = Plugin(
    name="orders",
    label=ORDERS,
    requires=(
        "accounts",
        "catalog",
        "dashboard",
        "delivery",
        "documents",
        "media",
        "notifications",
        "p3dn",
        "payments",
        "reviews",
        "rules",
        "sellers",
    ),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    permissions=policies.ALL,
    commands=(commands.settle, commands.cancel, commands.repay, commands.papers),
    emits=(
        events.OrderPlaced,
        events.OrderPromised,
        events.OrderPaid,
        events.OrderCancelled,
        events.OrderQuestioned,
        events.MoneyBack,
        events.PartMoved,
        events.PartCompleted,
        events.PartRefunded,
        events.PartBorne,
        events.StandingReady,
    ),
    handles=tasks.HANDLES,
    schedule={
        "orders.deadlines": Schedule(timedelta(minutes=1), services.deadlines),
        "orders.cancel_unpaid": Schedule(timedelta(minutes=5), services.cancel_unpaid),
        "orders.prepare_standing": Schedule(timedelta(minutes=10), services.prepare_standing),
        "orders.sweep_carts": Schedule(timedelta(hours=12), services.sweep_carts),
    },
    fills=(
        references(services.count_earlier),
        openers((SOURCE, lambda code: f"/program/pesanan/{code.rpartition('-')[0]}")),
        arrivals(services.adopt),
        arrivals(services.join_from_here),
        departures(views.link.cookie),
        glances(Glance(_("Your newest orders"), "orders.index", newest, icon="receipt-text", order=10)),
        payable(queries.payable),
        uses(PictureUse("seller", shown)),
        uses(PictureUse("part", handed_over)),
        product_sections(ProductSection("orders/delivery.html", queries.delivery)),
        receipts(
            Receipts(
                key=came.KEY,
                open=came.received,
                token=views.link.token,
                genuine=came.genuine,
                of_person=came.of_person,
                reach=came.reach,
            )
        ),
        nav(NavItem(label=ORDERS, endpoint="orders.index", place="tabs", icon="receipt-text", order=40)),
        nav(NavItem(label=ORDERS, endpoint="orders.index", place="top", order=40)),
        nav(NavItem(label=ORDERS, endpoint="orders.index", shell="akun", icon="receipt-text", order=10)),
        nav(
            NavItem(
                label=_("Standing orders"),
                endpoint="orders.standing_orders",
                shell="akun",
                icon="calendar-days",
                order=15,
            )
        ),
        nav(NavItem(label=_("Find an order"), endpoint="orders.lookup", place="foot", order=20)),
        nav(
            NavItem(
                label=ORDERS,
                endpoint="orders.seller_index",
                shell="lapak",
                place="tabs",
                icon="receipt-text",
                order=20,
                needs=policies.PREPARE,
            )
        ),
        tiles(
            Tile(
                shell="lapak",
                label=_("Orders to prepare"),
                count=queries.waiting_count,
                endpoint="orders.seller_index",
                order=10,
                icon="package",
            )
        ),
        nav(
            NavItem(
                label=ORDERS,
                endpoint="orders.overseen",
                shell="program",
                place="rail",
                icon="receipt-text",
                order=30,
                needs=policies.OVERSEE,
            )
        ),
        tiles(
            Tile(
                shell="program",
                label=_("Orders that need a look"),
                count=queries.questioned_count,
                endpoint="orders.overseen",
                order=30,
                icon="receipt-text",
            )
        ),
        figures(Figure(shell="lapak", label=_("Orders paid"), value=queries.paid_today, order=10)),
        figures(Figure(shell="lapak", label=_("Sales"), value=queries.sold_today, order=20)),
        fragments(Fragment("cart", queries.cart_badge)),
        *(notices(one) for one in letters.NOTICES),
        *(layouts(one) for one in papers.LAYOUTS),
        stories(Story(PARTS, told_of_part)),
        stories(Story(REFUNDS, told_of_refund)),
        personal_data(PersonalData(queries.export_person, services.erase_person)),
        personal_data(PersonalData(queries.export_standing, services.forget_standing)),
        verifiers(queries.broken),
        verifiers(queries.standing_broken),
        verifiers(broken_papers),
        verifiers(broken_notes),
        facts(("orders", queries.order_facts)),
        facts(("suborders", queries.suborder_facts)),
        facts(("lines", queries.line_facts)),
        reapers(services.cancel_unpaid),
        demos(Demo(demo.plant)),
    ),
    settings={
        "ACCEPT_HOURS": 24,
        "SEND_HOURS": 48,
        "FETCH_DAYS": 7,
        "OWN_RECEIVE_DAYS": 2,
        "COURIER_RECEIVE_DAYS": 7,
        "COMPLETE_HOURS": 48,
        "COMPLETE_HOURS_FOOD": 6,
        "ORDER_KEPT_HOURS": 24,
        "CART_LINES": 100,
        "UNPAID_ORDERS": 5,
        "UNPAID_ORDERS_CONTACT": 50,
        "GUEST_ORDERS_ADDRESS": 100,
        "STANDING_ORDERS": 20,
    },
)
