"""Pairs of duties that one person may not have, as they come with the program."""

import json
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import uuid7
from marketplace.offices.models import Pair

FILE = Path(__file__).parent.parent / "data" / "pairs.json"


@transactional
def load_pairs() -> int:
    """Bring the pairs to the state of the file; return how many there are. None is taken away: it ends on a day."""
    entries = json.loads(FILE.read_text(encoding="utf-8"))
    wanted = insert(Pair).values([{"id": uuid7(), "valid_to": entry.get("valid_to"), **entry} for entry in entries])
    new = wanted.excluded
    session.execute(
        wanted.on_conflict_do_update(
            index_elements=["duty", "other", "place", "valid_from"],
            set_={"valid_to": new.valid_to, "basis": new.basis},
        )
    )
    return len(entries)
