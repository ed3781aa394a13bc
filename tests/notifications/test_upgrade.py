"""Letters of before there were other channels are in the delivery log after the upgrade, and only letters after going back."""

import pytest
from sqlalchemy import text

from marketplace.kernel.db import db
from marketplace.testing.plugin import Live
from marketplace.web import migrate

LETTER = (
    "INSERT INTO notifications_mails (id, message_id, to_hash, template, state, doubtful, at, sent_at{columns}) VALUES"
    " (gen_random_uuid(), '{key}', 'abc', 'orders/mail/paid', 'sent', 1, now(), now(){values})"
)


@pytest.mark.slow
def test_letters_of_before_are_in_the_log(live: Live) -> None:
    known = migrate.histories(live.app.extensions["jkp"].plugins)
    step = next(history for history in known if history.owner == "notifications").steps[1]
    with db.engine.begin() as connection:
        more = {"columns": ", channel, kind, ref, result, tries", "values": ", 'inbox', '', '', '', 1"}
        connection.execute(text(LETTER.format(key="bukan surat", **more)))
        migrate._run(connection, step, "downgrade")
        connection.execute(text(LETTER.format(key="<1@contoh.example>", columns="", values="")))
        assert connection.execute(text("SELECT message_id FROM notifications_mails")).scalars().all() == [
            "<1@contoh.example>"
        ]
        migrate._run(connection, step, "upgrade")
        row = connection.execute(text("SELECT channel, kind, tries, person_id, state FROM notifications_mails")).one()
    assert tuple(row) == ("mail", "", 1, None, "sent")
    assert migrate.differences(db.engine, live.app.extensions["jkp"].plugins) == []
