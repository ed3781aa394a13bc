"""Who may do what with an order of an office, in which state: every state, every act, everybody (R11.1, R11.2)."""

import itertools
import os
from pathlib import Path

import pytest
from flask import Flask

from marketplace.eorder.models import ACTS, BY_STATE, DUTIES, NAMES, SHOP, TIMER, OrderState
from marketplace.eorder.models.acts import PA, PP, PPK, PPTK, RECEIVER, TREASURER, drawn
from marketplace.eorder.services.steps import begin
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import transactional
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound
from tests.factories import eorder as of
from tests.factories.accounts import as_actor, person


def allowed(state: OrderState, name: str, duty: str) -> bool:
    act = BY_STATE.get((state, name))
    return act is not None and duty in act.duties


@transactional
def answer(code: str, name: str, by: Actor) -> str:
    try:
        begin(code, name, by=by, signed=True)
    except (Conflict, NotAllowed, NotFound) as refused:
        return type(refused).__name__
    return "begins"


@pytest.mark.parametrize("state", OrderState)
def test_everybody_does_what_the_table_gives_them_and_nothing_else(app: Flask, state: OrderState) -> None:
    """Guard (R26.3): the table of acts."""
    case = of.order_in(state)
    admin = as_actor(person("Wulan Anggraini"), Grant("procurement_admin"))
    who = {**case.desk.people, "procurement_admin": admin, SHOP: case.seller, TIMER: SYSTEM}
    assert set(who) == set(DUTIES)
    for name, duty in itertools.product(NAMES, DUTIES):
        if duty == SHOP and state in (OrderState.DRAFT, OrderState.PENDING_APPROVAL):
            assert answer(case.code, name, who[duty]) == "NotFound"  # The shop does not know of it yet.
            continue
        begins = answer(case.code, name, who[duty]) == "begins"
        assert begins is allowed(state, name, duty), (state, name, duty)


def test_an_order_of_another_office_or_shop_is_the_same_as_none(app: Flask) -> None:
    """Guard (R26.3): an office sees its own orders (R11.10)."""
    case, other = of.order_in(OrderState.LETTER_ISSUED), of.order_in(OrderState.LETTER_ISSUED)
    strangers = [*other.desk.people.values(), other.seller, as_actor(person("Siti Aminah"))]
    for stranger, name in itertools.product(strangers, NAMES):
        assert answer(case.code, name, stranger) == "NotFound"
    assert answer("TIDAKADA", "accept", other.seller) == "NotFound"


def test_nobody_approves_what_they_prepared_not_even_with_both_duties(app: Flask) -> None:
    """Guard (R26.3): the separation of duties looks at the person (R11.2)."""
    case = of.order_in(OrderState.PENDING_APPROVAL, approvals=[PPK])
    both = as_actor(
        person("Pratiwi Puspita"),
        Grant(PP, "organisation", case.desk.unit_code),
        Grant(PPK, "organisation", case.desk.unit_code),
    )
    of.done(case, "send", PP, both)
    assert answer(case.code, "approve", both) == "Conflict"
    changed = as_actor(both.id, Grant(PPK, "organisation", case.desk.unit_code))
    assert answer(case.code, "approve", changed) == "Conflict"  # Another duty by now, the same person.
    assert answer(case.code, "approve", case.desk[PPK]) == "begins"


@pytest.mark.parametrize(
    "before", [("send", PP), ("approve", PPK), ("receive", RECEIVER), ("inspect", PPK), ("sign", PPK)]
)
def test_who_prepared_approved_or_received_does_not_pay(app: Flask, before: tuple[str, str]) -> None:
    case = of.order_in(OrderState.PAYMENT_REQUESTED)
    of.done(case, *before, case.desk[TREASURER])
    assert answer(case.code, "pay", case.desk[TREASURER]) == "Conflict"


def test_the_shops_own_people_do_not_act_for_the_office(app: Flask) -> None:
    """Guard (R26.3): buyer and seller are two people."""
    case = of.order_in(OrderState.PENDING_APPROVAL)
    grants = (Grant(PPK, "organisation", case.desk.unit_code), Grant("seller", "seller", str(case.shop.id)))
    theirs = as_actor(person("Siti Rahmawati", grants=grants[1:]), *grants)
    assert answer(case.code, "approve", theirs) == "Conflict"


def test_an_order_that_is_held_waits(app: Flask) -> None:
    from marketplace.kernel import clock

    case = of.order_in(OrderState.ACCEPTED, held_by="person:1", held_until=clock.today(), held_why="Diperiksa")
    assert answer(case.code, "ship", case.seller) == "Conflict"
    assert answer(case.code, "let_go", SYSTEM) == "begins"


def test_what_signs_is_refused_by_a_program_that_forgot_to_ask(app: Flask) -> None:
    case = of.order_in(OrderState.PENDING_APPROVAL)

    @transactional
    def unasked() -> None:
        begin(case.code, "approve", by=case.desk[PPK])

    with pytest.raises(ValueError, match="password"):
        unasked()


def test_the_table_leads_from_every_state_to_an_end_and_names_no_stranger() -> None:
    ends = {state for state in OrderState if not any(act.state is state and act.name != "attach" for act in ACTS)}
    assert ends == {OrderState.CLOSED, OrderState.DECLINED, OrderState.CANCELLED, OrderState.EXPIRED}
    assert {duty for act in ACTS for duty in act.duties} <= set(DUTIES)
    assert {name for act in ACTS for name in act.not_by} <= {*NAMES, "choose"}
    assert {PA, PPTK} <= {duty for act in ACTS for duty in act.duties}


def test_the_table_in_the_docs_is_the_one_in_the_code() -> None:
    page = Path("docs/eorder-acts.md")
    if os.environ.get("ACTS_TABLE") == "write":
        page.write_text(drawn(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == drawn(), "run it with ACTS_TABLE=write"
