"""Standing orders of two buyers, for the calls that are about them."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.orders import services
from marketplace.orders.forms import StandingIn


def stood(buyers: Mapping[str, Actor], codes: Mapping[str, str], unknown: UUID) -> dict[str, Mapping[str, object]]:
    """Make a standing order of an order of each buyer who is signed in; return the things that calls may be about."""
    wanted = {"nama": "Camilan", "hari": [5], "mulai": clock.today() + timedelta(days=7)}
    made = {
        name: services.stand(StandingIn.model_validate({**wanted, "pesanan": codes[name]}), by=buyers[name])
        for name in ("pembeli", "pembeli2")
    }
    return {name: {"standing_id": one} for name, one in {**made, "unknown": unknown}.items()}


def written() -> dict[str, str]:
    """Return what the form of a standing order sends."""
    return {"nama": "Camilan", "hari": "5", "tiap": "1", "mulai": (clock.today() + timedelta(days=7)).isoformat()}
