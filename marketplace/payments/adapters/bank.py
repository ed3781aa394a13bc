"""The bank as payer: a person takes a file to it, and brings back what became of each row."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from marketplace.payments.slots import GatewayRefusedError, GatewayUnavailableError, PayoutRequest, PayoutStanding

BANKS: Mapping[str, str] = {
    "bca": "BCA",
    "bni": "BNI",
    "bri": "BRI",
    "bsi": "BSI",
    "btn": "BTN",
    "cimb": "CIMB Niaga",
    "danamon": "Danamon",
    "dki": "Bank Jakarta",
    "mandiri": "Mandiri",
    "muamalat": "Muamalat",
    "ocbc": "OCBC",
    "permata": "Permata",
}
"""Banks that sellers in Jakarta have accounts with."""
LEAST_DIGITS, MOST_DIGITS = 6, 20


class Bank:
    """Pays by the file of a batch; nothing is sent from here."""

    key = "bank"
    hook = ""
    place = "bank"
    banks = BANKS
    by_file = True
    by_desk = False

    def available(self) -> bool:
        """Be there always: a file needs no connection."""
        return True

    def right(self, number: str) -> bool:
        """Take digits alone."""
        return number.isascii() and number.isdigit() and LEAST_DIGITS <= len(number) <= MOST_DIGITS

    def send(self, request: PayoutRequest) -> PayoutStanding:
        """Refuse: the bank takes files alone."""
        raise GatewayRefusedError(f"{request.key} waits for a file")

    def find(self, request: PayoutRequest) -> PayoutStanding | None:  # noqa: ARG002 - the slot's contract
        """Return None: the bank tells by its confirmation alone."""
        return None

    def fetch(self, provider_ref: str) -> PayoutStanding:
        """Know of nothing: the bank tells by its confirmation alone."""
        raise GatewayUnavailableError(provider_ref)

    def listed(self, since: datetime) -> Iterator[PayoutStanding]:  # noqa: ARG002 - the slot's contract
        """Give nothing: the bank has no list."""
        return iter(())
