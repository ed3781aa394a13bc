"""Which gateways there are, and which of them buyers can choose here."""

from marketplace.kernel.money import Rupiah
from marketplace.payments.slots import Gateway, gateways


def offered(amount: Rupiah | None = None) -> tuple[Gateway, ...]:
    """Return the gateways that buyers can choose here, for an amount if it is told, in plugin order."""
    return tuple(one for one in gateways if one.available() and (amount is None or one.unfit(amount) is None))


def gateway(key: str) -> Gateway | None:
    """Return a gateway that buyers can choose here, by its key."""
    return next((one for one in offered() if one.key == key), None)


def behind(hook: str) -> tuple[Gateway, ...]:
    """Return the installed gateways whose messages come in under a name."""
    return tuple(one for one in gateways if one.hook == hook)


def hooks() -> tuple[str, ...]:
    """Return the names in the webhooks' addresses of all installed gateways, one for each provider."""
    return tuple(dict.fromkeys(one.hook for one in gateways))


def place(key: str) -> str:
    """Return where the money of a gateway lies; of one that is not installed any more, its own name."""
    found = known(key)
    return found.place if found else key


def known(key: str) -> Gateway | None:
    """Return an installed gateway by its key, offered or not: what was begun at a gateway is ended there."""
    return next((one for one in gateways if one.key == key), None)
