"""Before a gateway is called: no transaction is open, and the gateway is installed."""

import structlog

from marketplace.kernel.db import session, writing
from marketplace.payments import queries
from marketplace.payments.slots import Gateway, GatewayUnavailableError

log = structlog.get_logger()


def calling_out() -> None:
    """Refuse to go on while a transaction is open, and end what was read so far (R2.5)."""
    if writing():
        message = "a gateway must not be called while a transaction is open"
        raise RuntimeError(message)
    session.rollback()


def installed(key: str) -> Gateway:
    """Return a gateway, offered or not; raises GatewayUnavailableError when it is not installed (any more)."""
    found = queries.known(key)
    if found is None:
        log.warning("gateway missing", gateway=key)
        raise GatewayUnavailableError(key)
    return found
