"""Which gateways there are, and which of them buyers can choose here."""

from collections.abc import Iterator
from datetime import timedelta

from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words
from marketplace.payments.slots import Gateway, Terms, gateways

ANY = Terms()


def offered(amount: Rupiah | None = None, terms: Terms = ANY) -> tuple[Gateway, ...]:
    """Return the gateways that buyers can choose here, for an amount if it is told, in plugin order."""
    return tuple(one for one in gateways if one.available() and (amount is None or one.unfit(amount, terms) is None))


def weighed(amount: Rupiah, terms: Terms) -> Iterator[tuple[Gateway, Words | None]]:
    """Yield the gateways of this site, each with the sentence that says why such a sale cannot be paid so, if it cannot."""
    yield from ((one, one.unfit(amount, terms)) for one in gateways if one.available())


def on_receipt(key: str) -> bool:
    """Tell whether what is paid at a gateway is handed over with the goods, and stays with who took it."""
    found = known(key)
    return found is not None and found.on_receipt


def time_to_pay(key: str) -> timedelta:
    """Return how long a buyer has to pay at a gateway that can be chosen here; none for others."""
    found = gateway(key)
    return timedelta(minutes=found.minutes()) if found else timedelta(0)


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
