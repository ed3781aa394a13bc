"""Papers are numbered without gaps, frozen, and issued once for what they are about (R10.1, R11.5)."""

import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from marketplace.documents import queries, services
from marketplace.documents.events import PaperIssued
from marketplace.documents.models import Paper, Series
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import token_hash, uuid7
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.money import Rupiah
from marketplace.kernel.slots import facts, personal_data, verifiers
from marketplace.testing.plugin import Live, Outbox, TestClock
from tests.factories.documents import NOTE, SHOP, TRIAL, draft, issued

OTHER = "seller:0190b5a0-0000-7000-8000-000000000002"


class Undone(Exception):
    """A transaction that comes to nothing."""


def numbers(owner: str = SHOP, kind: str = TRIAL) -> list[int]:
    mine = select(Paper.number).where(Paper.owner == owner, Paper.kind == kind).order_by(Paper.year, Paper.number)
    return list(session.scalars(mine))


def changed(**values: object) -> None:
    session.execute(update(Paper).values(**values).execution_options(synchronize_session=False))


def test_each_issuer_and_kind_has_numbers_of_its_own(papers: Flask, clock: TestClock, outbox: Outbox) -> None:
    made = [issued("a"), issued("b"), issued("c", owner=OTHER), issued("a", kind=NOTE), issued("d")]
    assert [one.shown for one in made] == [
        "UJI/00000001/2026/000001",
        "UJI/00000001/2026/000002",
        "UJI/00000002/2026/000001",
        "KOR/00000001/2026/000001",
        "UJI/00000001/2026/000003",
    ]
    assert [told["paper_id"] for told in outbox.named(PaperIssued)] == [str(one.id) for one in made]
    assert list(queries.broken()) == []


def test_a_thing_gets_one_paper_of_a_kind_however_often_it_is_asked_for(papers: Flask, outbox: Outbox) -> None:
    """Guard (R26.3): one paper of a kind for a thing."""
    first, again = issued("a", total=1), issued("a", total=2)
    assert again == first
    assert (numbers(), len(outbox.named(PaperIssued))) == ([1], 1)
    assert queries.papers(["a", "b"]) == {"a": (first,)}


def test_the_series_turns_with_the_year_of_jakarta(papers: Flask, clock: TestClock) -> None:
    """Seven hours before the year turns in Greenwich, whatever the server's own zone (R10.1)."""
    shown = []
    for moment in ("2026-12-31T23:59:59+07:00", "2026-12-31T17:00:00+00:00", "2027-01-01T00:00:01+07:00"):
        clock.set(moment)
        shown.append(issued().shown.partition("/00000001/")[2])
    assert shown == ["2026/000001", "2027/000001", "2027/000002"]
    clock.set("2026-12-31T23:30:00+07:00")
    assert issued().shown.endswith("2026/000002"), "a clock that steps back leaves no gap either"
    assert list(queries.broken()) == []


def test_a_thing_keeps_its_paper_when_the_year_turns(papers: Flask, clock: TestClock) -> None:
    clock.set("2026-12-31T23:59:59+07:00")
    first = issued("a")
    clock.set("2027-01-01T00:00:00+07:00")
    assert issued("a") == first


def test_what_comes_to_nothing_leaves_no_number(papers: Flask, outbox: Outbox) -> None:
    issued("a")

    @transactional
    def undone() -> None:
        assert services.issue(draft("b"), by=SYSTEM).number == 2
        raise Undone

    with pytest.raises(Undone):
        undone()
    assert issued("c").number == 2
    assert (numbers(), queries.papers(["b"]), len(outbox.named(PaperIssued))) == ([1, 2], {}, 2)
    assert list(queries.broken()) == []


def test_everything_that_is_told_is_frozen_with_the_number(papers: Flask, clock: TestClock) -> None:
    made = issued("a", buyer="Rina", goods=["Keripik"], lines=[{"qty": 3, "name": "Keripik", "gone": None}])
    assert made == queries.paper(made.id)
    assert (made.issuer, made.total, made.data["buyer"]) == ("Dapur Ibu Siti", Rupiah(66_000), "Rina")
    assert made.digest == queries.digest(TRIAL, made.shown, made.issued_at, None, made.data)
    entry = session.scalars(select(AuditEntry.content).where(AuditEntry.stream == f"documents:{SHOP}")).one()
    assert (entry["action"], entry["by"], entry["after"]["shown"]) == ("documents.issue", "system", made.shown)
    assert "Rina" not in str(entry)


@pytest.mark.parametrize("data", [{"price": 1.5}, {"lines": [{"qty": 0.1}]}, {"at": object()}, {"goods": [{1: "x"}]}])
def test_no_float_and_no_stranger_is_frozen(papers: Flask, data: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        issued(**data)
    assert numbers() == []


def test_a_paper_has_a_total_that_is_not_negative_and_a_kind_that_somebody_knows(papers: Flask) -> None:
    with pytest.raises(ValueError, match="not negative"):
        issued(total=-1)
    with pytest.raises(LookupError):
        issued(kind="unknown")
    assert issued(total=0).number == 1


def test_a_paper_is_corrected_by_another_one_of_its_issuer(papers: Flask) -> None:
    first = issued("a")
    note = issued("refund", kind=NOTE, total=18_000, corrects=first.id)
    assert queries.corrections(first.id) == (note,)
    for wrong, error in ((first.id, Conflict), (uuid7(), NotFound)):
        with pytest.raises(error):
            issued("other", kind=NOTE, owner=OTHER, corrects=wrong)
    assert numbers(OTHER, NOTE) == []


@pytest.mark.parametrize(("total", "due"), [(5_000_000, False), (5_000_001, True)])
def test_stamp_duty_is_marked_above_five_million(papers: Flask, total: int, due: bool) -> None:
    """Row 14 of the worked examples, on the paper."""
    made = issued(total=total)
    assert (made.stamp_duty, made.total) == (due, Rupiah(total))


@pytest.mark.parametrize(
    "values",
    [
        {"number": 7},
        {"shown": "UJI/7"},
        {"data": {}},
        {"digest": "x"},
        {"subject": "b"},
        {"token_hash": "x"},
        {"stamp_duty": True},
        {"file_key": "k", "file_sha256": "x", "year": 2020},
    ],
    ids=str,
)
def test_the_database_keeps_a_paper_as_it_was_issued(papers: Flask, values: dict[str, object]) -> None:
    """Guard (R26.3): papers stay as issued, by trigger."""
    issued()
    with pytest.raises(DBAPIError, match="stays as it was issued"), session.begin_nested():
        changed(**values)


def test_the_database_takes_a_file_once_and_lets_no_paper_go(papers: Flask) -> None:
    issued()
    with pytest.raises(IntegrityError), session.begin_nested():
        changed(file_key="one")
    changed(file_key="one", file_sha256="x")
    with pytest.raises(DBAPIError, match="stays as it was issued"), session.begin_nested():
        changed(file_key="two", file_sha256="y")
    for statement in (
        delete(Paper),
        delete(Series),
        text("TRUNCATE documents_papers"),
        text("TRUNCATE documents_series"),
    ):
        with pytest.raises(DBAPIError, match="stays as it was issued"), session.begin_nested():
            session.execute(statement)


@pytest.mark.parametrize("values", [{"last": 5}, {"last": 1}, {"last": 0}, {"last": 2, "year": 2020}], ids=str)
def test_the_database_lets_a_series_grow_by_one_alone(papers: Flask, values: dict[str, object]) -> None:
    """Guard (R26.3): a series grows by one, by trigger."""
    issued()
    with pytest.raises(DBAPIError, match="stays as it was issued"), session.begin_nested():
        session.execute(update(Series).values(**values).execution_options(synchronize_session=False))


def test_the_database_gives_no_number_twice(papers: Flask) -> None:
    """Guard (R26.3): one number of a series once."""
    made = issued()
    same = {
        "id": uuid7(), "kind": TRIAL, "owner": SHOP, "year": made.year, "number": made.number, "shown": "other",
        "subject": "other", "data": {}, "digest": "x", "stamp_duty": False, "token_hash": token_hash("x"),
        "issued_at": made.issued_at,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="uq_documents_papers_kind_owner_year_number"), session.begin_nested():
        session.execute(insert(Paper).values(**same))
    with pytest.raises(IntegrityError, match="uq_documents_papers_kind_subject"), session.begin_nested():
        session.execute(insert(Paper).values(**{**same, "number": 9, "subject": made.subject}))


def test_verify_names_a_broken_series_and_a_paper_that_is_not_what_was_issued(papers: Flask) -> None:
    assert queries.broken in tuple(verifiers)
    made = [issued() for _turn in range(3)]
    session.execute(text("ALTER TABLE documents_papers DISABLE TRIGGER USER"))
    session.execute(text("ALTER TABLE documents_series DISABLE TRIGGER USER"))

    def after(statement: str) -> list[str]:
        with session.begin_nested() as trial:
            session.execute(text(statement), {"id": made[1].id})
            said = list(queries.broken())
            trial.rollback()
        return said

    assert "3 papers up to number 4" in after("UPDATE documents_papers SET number = 4 WHERE id = :id")[0]
    assert "2 papers up to number 3" in after("DELETE FROM documents_papers WHERE id = :id")[0]
    assert (
        "its last number is 5" in after("UPDATE documents_series SET last = 5 WHERE CAST(:id AS uuid) IS NOT NULL")[0]
    )
    assert "last number is None" in after("DELETE FROM documents_series WHERE CAST(:id AS uuid) IS NOT NULL")[0]
    assert "0 papers" in after("DELETE FROM documents_papers WHERE CAST(:id AS uuid) IS NOT NULL")[0]
    shifted = after("UPDATE documents_papers SET number = number + 10 WHERE CAST(:id AS uuid) IS NOT NULL")
    assert "3 papers up to number 13" in shifted[0]
    twice = "UPDATE documents_papers SET number = 3 WHERE id = :id"
    session.execute(text("ALTER TABLE documents_papers DROP CONSTRAINT uq_documents_papers_kind_owner_year_number"))
    assert "3 papers up to number 3" in after(twice)[0]
    data = """UPDATE documents_papers SET data = data || '{"total_idr": 1}' WHERE id = :id"""
    assert after(data) == [f"documents: the paper {made[1].id} ({made[1].shown}) is not what was issued"]
    assert after("UPDATE documents_papers SET issued_at = issued_at - interval '1 second' WHERE id = :id") != []
    assert list(queries.broken()) == []


def test_a_person_gets_their_papers_and_erasing_them_leaves_the_papers(papers: Flask) -> None:
    rina = uuid7()
    mine = issued(f"of:{rina}", buyer="Rina")
    issued("of:somebody", buyer="Budi")
    (offer,) = (one for one in personal_data if one.export is queries.export_person)
    offer.erase(rina)
    (told,) = offer.export(rina)["papers"]
    assert (told["number"], told["data"]["buyer"]) == (mine.shown, "Rina")
    assert offer.export(uuid7()) == {"papers": []}


def test_facts_tell_numbers_and_sums_and_nobody_s_name(papers: Flask) -> None:
    made = issued("a", buyer="Rina")
    ((row,),) = [list(told()) for name, told in facts if name == "documents"]
    assert (row["number"], row["kind"], row["owner"], row["series_year"], row["ref"]) == (
        1,
        TRIAL,
        SHOP,
        made.year,
        "a",
    )
    assert (row["sha256"], row["total_idr"]) == (None, 66_000)
    assert "Rina" not in str(row)


def test_fifty_at_once_get_fifty_numbers_without_a_gap(live_papers: Live) -> None:
    """Every third comes to nothing after it had its number; two ask for each of the others."""
    together, failures = threading.Barrier(10), list[BaseException]()

    @transactional
    def undone(subject: str) -> None:
        services.issue(draft(subject), by=SYSTEM)
        raise Undone

    def work(hand: int) -> None:
        with live_papers.app.app_context():
            try:
                together.wait(20)
                for turn in range(15):
                    subject = f"part:{turn}:{hand % 5}"
                    if turn % 3 == 2:
                        with pytest.raises(Undone):
                            undone(subject)
                    else:
                        services.issue(draft(subject), by=SYSTEM)
            except BaseException as failure:  # noqa: BLE001 - whatever it is, the test shall say so
                failures.append(failure)
            finally:
                session.remove()

    hands = [threading.Thread(target=work, args=(hand,)) for hand in range(10)]
    for one in hands:
        one.start()
    for one in hands:
        one.join(60)
    assert failures == []
    assert numbers() == list(range(1, 51))
    assert session.scalar(select(func.count(Paper.subject.distinct()))) == 50
    assert list(queries.broken()) == []


def test_a_token_of_a_paper_opens_its_check_page_and_is_kept_nowhere(papers: Flask) -> None:
    made = issued()
    token = queries.check_token(made.id)
    assert len(token) == 32
    assert queries.paper_by_token(token) == made
    assert queries.paper_by_token(queries.check_token(UUID(int=1))) is None
    stored = session.execute(text("SELECT CAST(p AS text) FROM documents_papers p")).scalar_one()
    assert token not in stored
