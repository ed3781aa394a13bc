"""What may be read of carts and orders."""

from marketplace.orders.queries.books import broken, line_facts, order_facts, payable, suborder_facts
from marketplace.orders.queries.cart import LINE, Cart, CartGroup, CartItem, cart, cart_badge, cart_of, owner
from marketplace.orders.queries.letters import (
    buyer,
    buyer_of_part,
    order_context,
    part_context,
    question_context,
    seller_team,
    staff,
)
from marketplace.orders.queries.orders import (
    OrderPage,
    OrderRow,
    contact_of_last,
    export_person,
    looked_up,
    next_steps,
    orders_of,
    own_order,
    page_token,
)
from marketplace.orders.queries.parts import Part, PartLine
from marketplace.orders.queries.seller import (
    SellerOrder,
    SellerRow,
    seller_order,
    seller_orders,
    tab_counts,
    waiting_count,
)

__all__ = [
    "LINE",
    "Cart",
    "CartGroup",
    "CartItem",
    "OrderPage",
    "OrderRow",
    "Part",
    "PartLine",
    "SellerOrder",
    "SellerRow",
    "broken",
    "buyer",
    "buyer_of_part",
    "cart",
    "cart_badge",
    "cart_of",
    "contact_of_last",
    "export_person",
    "line_facts",
    "looked_up",
    "next_steps",
    "order_context",
    "order_facts",
    "orders_of",
    "own_order",
    "owner",
    "page_token",
    "part_context",
    "payable",
    "question_context",
    "seller_order",
    "seller_orders",
    "seller_team",
    "staff",
    "suborder_facts",
    "tab_counts",
    "waiting_count",
]
