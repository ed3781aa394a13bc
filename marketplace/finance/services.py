"""What finance does by itself: it tells shops that come near a limit of the law."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from marketplace.finance import queries
from marketplace.finance.events import TurnoverReached
from marketplace.finance.models import Warned
from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.outbox import emit


def warn_of_turnover() -> int:
    """Tell each shop whose turnover of the year came to 80, 90 or 100 percent of a limit; return how many were told.

    Once for each percentage, and of several that were passed at once the highest alone. Nothing is taken and nothing stopped.
    """
    return sum(_told(seller_id, mark) for seller_id, mark in tuple(queries.all_marks()))


@transactional
def _told(seller_id: UUID, mark: queries.Mark) -> bool:
    year, now = clock.today().year, clock.now()
    common = {"seller_id": seller_id, "year": year, "code": mark.code, "turnover_idr": mark.turnover, "at": now}
    written = insert(Warned).values([{**common, "percent": percent} for percent in mark.reached])
    new = session.execute(written.on_conflict_do_nothing().returning(Warned.percent)).scalars().all()
    if mark.reached[-1] not in new:
        return False
    emit(
        TurnoverReached(
            seller_id=str(seller_id),
            year=year,
            code=mark.code,
            percent=mark.reached[-1],
            turnover_idr=mark.turnover.amount,
            limit_idr=mark.limit.amount,
        )
    )
    return True
