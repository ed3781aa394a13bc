"""What tests of the way from the letter to the minutes do for every party."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.eorder import queries, services
from marketplace.eorder.forms import CameIn, InspectIn, JudgedIn, ReceiptIn, ShipIn, SignIn, WhyIn
from marketplace.eorder.models import OrderState
from marketplace.eorder.models.acts import PPK, RECEIVER
from marketplace.eorder.queries import Fulfilment, OrderView
from marketplace.kernel import ids
from marketplace.kernel.access import Actor, Grant
from tests.factories import eorder as of
from tests.factories import sellers
from tests.factories.accounts import PASSWORD, as_actor


@dataclass(frozen=True)
class Way:
    """An order that its shop has accepted, and what is done with it."""

    case: of.Case

    @property
    def order(self) -> OrderView:
        return queries.order(self.case.code, self.case.desk[PPK])

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

    def ship(self, *pieces: int) -> int:
        sent = [{"barang": line.id, "jumlah": qty} for line, qty in zip(self.order.lines, pieces, strict=bool(pieces))]
        return services.ship(self.case.code, ShipIn(baris=sent, catatan="Dibawa Pak Joko"), by=self.case.seller)

    def receive(self, came: int, bad: int = 0, *, key: str = "", by: Actor | None = None, **more: Any) -> int:
        told = ReceiptIn(
            tanda=key or ids.token(), baris=[CameIn(barang=self.line, jumlah=came, rusak=bad)], **more
        )  # fmt: skip
        return services.receive(self.case.code, told, by=by or self.case.desk[RECEIVER])

    def inspect(self, accepted: int, refused: int = 0, follow: str = "none", **more: Any) -> int:
        judged = [JudgedIn(barang=self.line, terima=accepted, tolak=refused, alasan="Kotak penyok" if refused else "")]
        told = {"fungsi": True, "tepat": True, "lengkap": follow == "none", "sisa": follow, "baris": judged, **more}
        return services.inspect(self.case.code, InspectIn(**told), by=self.case.desk[PPK])

    def sign(self, number: str = "", by: Actor | None = None) -> None:
        told = SignIn(password=PASSWORD, nomor=number)
        services.sign(self.case.code, told, by=by or self.case.desk[PPK], address="192.0.2.1")

    def countersign(self) -> None:
        services.countersign(self.case.code, by=self.case.seller)

    def object_to(self, why: str = "Yang dua kotak masih bagus") -> None:
        services.object_to(self.case.code, WhyIn(alasan=why), by=self.case.seller)

    def signed(self, accepted: int, refused: int = 0, follow: str = "none", **more: Any) -> None:
        self.inspect(accepted, refused, follow, **more)
        self.sign()
        self.countersign()


def accepted(state: OrderState = OrderState.ACCEPTED, **changes: Any) -> Way:
    """Return an order of forty boxes that its shop has accepted; the shop's keeper is somebody who may sign in."""
    shop = sellers.shop(trusted=True, name=f"Dapur Ibu Siti {ids.short_code()}")
    keeper = as_actor(sellers.keeper(shop), Grant("seller", "seller", str(shop.id)), name="Siti Rahmawati")
    return Way(of.order_in(state, shop=shop, keeper=keeper, **changes))
