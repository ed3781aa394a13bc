"""The bank as payer: a person takes a file to it, and brings back what became of each row."""

from collections.abc import Mapping

from marketplace.payments.slots import GatewayRefusedError, PayoutRequest, PayoutStanding

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


class Bank:
    """Pays by the file of a batch; nothing is sent from here."""

    key = "bank"
    place = "bank"
    banks = BANKS
    by_file = True

    def send(self, request: PayoutRequest) -> PayoutStanding:
        """Refuse: the bank takes files alone."""
        raise GatewayRefusedError(f"{request.key} waits for a file")

    def find(self, request: PayoutRequest) -> PayoutStanding | None:  # noqa: ARG002 - the slot's contract
        """Return None: the bank tells by its confirmation alone."""
        return None
