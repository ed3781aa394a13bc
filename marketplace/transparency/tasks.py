"""What the worker does: it publishes what became different of a process."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.eorder.events import NeedDropped, OrderMoved, RequestMoved
from marketplace.eorder.queries import need_of_order
from marketplace.kernel.events import Event, Handler, inside
from marketplace.transparency import services


def follow_order(event: OrderMoved) -> None:
    """An act was done on an order."""
    need_id = need_of_order(UUID(event.order_id))
    if need_id is not None:
        services.publish(need_id)


def follow_request(event: RequestMoved) -> None:
    """A shop was asked, or answered."""
    services.publish(UUID(event.need_id))


def follow_need(event: NeedDropped) -> None:
    """A need is not one any more."""
    services.publish(UUID(event.need_id))


HANDLES: Mapping[type[Event], tuple[Handler, ...]] = {
    OrderMoved: (inside(follow_order),),
    RequestMoved: (inside(follow_request),),
    NeedDropped: (inside(follow_need),),
}
