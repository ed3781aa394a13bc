"""Claims brought into each state, as people bring them there."""

from collections.abc import Callable, Mapping
from uuid import UUID

from marketplace.claims import services
from marketplace.claims.models import ClaimState
from marketplace.kernel.access import Actor
from tests.factories import catalog, claims, orders


class Case:
    """A claim about a basket of ten, with its buyer, its shop and the desk."""

    def __init__(self, **changes: object) -> None:
        """Receive a basket and complain about it."""
        self.buyer: Actor = orders.guest()
        self.basket = catalog.basket()
        self.code = claims.received(self.buyer, self.basket)
        self.id: UUID = claims.opened(self.code, self.buyer, **changes)
        self.shop = claims.team(self.id)

    @property
    def state(self) -> str:
        """Return where it is."""
        return claims.kept(self.id).state

    def answer(self, kind: str, amount: int | None = None) -> None:
        """Let the shop answer."""
        services.answer(self.id, claims.offer(kind, amount), by=self.shop)

    def reply(self, answer: str, **more: str) -> None:
        """Let the buyer answer."""
        services.answer_offer(self.code, 1, claims.reply(answer, **more), by=self.buyer)

    def check(self, result: str, **more: object) -> None:
        """Let the shop look at what came back."""
        services.check_return(self.id, claims.checked(result, **more), by=self.shop)

    def send(self) -> None:
        """Let the shop send a replacement."""
        services.send_replacement(self.id, claims.sent(), by=self.shop)

    def decide(self, kind: str, amount: int | None = None) -> None:
        """Let the desk decide."""
        services.decide(self.id, claims.decision(kind, amount), by=claims.officer())

    def withdraw(self) -> None:
        """Let the buyer take it back."""
        services.withdraw(self.code, 1, by=self.buyer)


def _escalated(case: Case) -> None:
    case.answer("uang", 1_000)
    case.reply("tolak")


def _returned(case: Case) -> None:
    case.answer("kembali")
    case.reply("setuju")
    case.reply("dikirim", kiriman="JNE 0099")


def _replacing(case: Case) -> None:
    case.answer("ganti")
    case.reply("setuju")


def _both(*acts: Callable[[Case], None]) -> Callable[[Case], None]:
    def run(case: Case) -> None:
        for act in acts:
            act(case)

    return run


WAYS: Mapping[ClaimState, Callable[[Case], None]] = {
    ClaimState.OPEN: lambda _case: None,
    ClaimState.OFFERED: lambda case: case.answer("uang", 1_000),
    ClaimState.ESCALATED: _escalated,
    ClaimState.RETURNING: _both(lambda case: case.answer("kembali"), lambda case: case.reply("setuju")),
    ClaimState.RETURNED: _returned,
    ClaimState.REPLACING: _replacing,
    ClaimState.REPLACED: _both(_replacing, lambda case: case.send()),
    ClaimState.RESOLVED: lambda case: case.answer("setuju"),
    ClaimState.REJECTED: _both(_escalated, lambda case: case.decide("tolak")),
    ClaimState.WITHDRAWN: lambda case: case.withdraw(),
}


def brought_to(state: ClaimState) -> Case:
    """Return a claim in a state."""
    case = Case()
    WAYS[state](case)
    assert case.state == state
    return case
