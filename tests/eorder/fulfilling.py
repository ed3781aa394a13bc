"""What tests of the way from the letter to the minutes do for every party."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.eorder import queries, services
from marketplace.eorder.forms import InspectIn, ReasonIn, ReceiptIn, ShipIn, SignIn
from marketplace.eorder.models import SHOP, OrderState
from marketplace.eorder.models.acts import PPK, RECEIVER
from marketplace.eorder.queries import Fulfilment, OrderView
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM, Actor
from tests.factories import eorder as of
from tests.factories.accounts import PASSWORD

WHY = ReasonIn(alasan="Kurir tidak datang sama sekali")


@dataclass(frozen=True)
class Way:
    """An order that its shop has accepted, and what is done with it."""

    case: of.Case

    @property
    def order(self) -> OrderView:
        return queries.order(self.case.code, SYSTEM)

    @property
    def all(self) -> Fulfilment:
        return queries.fulfilment(self.order)

    @property
    def line(self) -> UUID:
        return self.order.lines[0].id

    @property
    def figures(self) -> tuple[int, int, int]:
        """Return ordered, came and accepted of the only line."""
        (line,) = self.order.lines
        return line.qty, line.came, line.accepted

    def ship(self, many: int | None = None) -> None:
        sent = [] if many is None else [{"baris": self.line, "jumlah": many}]
        told = ShipIn.model_validate({"kiriman": sent, "catatan": "Dibawa Pak Joko"})
        services.ship(self.case.code, told, by=self.case.by(SHOP))

    def receive(self, came: int, bad: int = 0, *, key: str = "", by: Actor | None = None, **more: Any) -> UUID:
        baris = [{"id": self.line, "datang": came, "rusak": bad}]
        told = ReceiptIn.model_validate({"kunci": key or ids.token(), "baris": baris, **more})
        return services.receive(self.case.code, told, by=by or self.case.by(RECEIVER))

    def inspect(self, accepted: int, follow: str = "none", **more: Any) -> None:
        told = {"baris": [{"id": self.line, "terima": accepted, "alasan": "Kotak penyok"}], "lanjutan": follow, **more}
        services.inspect(self.case.code, InspectIn.model_validate(told), by=self.case.by(PPK))

    def sign(self, number: str = "") -> None:
        services.sign(self.case.code, SignIn(password=PASSWORD, nomor=number), by=self.case.by(PPK))

    def countersign(self) -> None:
        services.countersign(self.case.code, by=self.case.by(SHOP))

    def miss(self) -> None:
        services.miss(self.case.code, WHY, by=self.case.by(RECEIVER))

    def signed(self, accepted: int, follow: str = "none", **more: Any) -> None:
        self.inspect(accepted, follow, **more)
        self.sign()
        self.countersign()


def accepted(**changes: Any) -> Way:
    """Return an order of forty boxes that its shop has accepted."""
    return Way(of.order_in(OrderState.ACCEPTED, **changes))
