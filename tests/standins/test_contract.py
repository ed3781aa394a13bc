"""The quick check of the contract says what JSON Schema says, of right objects and of each small thing made wrong."""

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.standins import contract as document
from tests.standins.contract import contract
from tests.standins.stripe import Stripe

ODD = (None, "x" * 6000, -1, 1.5, True, [], {}, {"tidak_ada": 1}, ["x"], "IDR")


def things(stripe_standin: Stripe) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return one object of every kind that the stand-in makes."""
    books = stripe_standin.books
    stripe_standin.tell.set(mode="off")
    item = {"price_data": {"currency": "idr", "unit_amount": 500}, "quantity": 1}
    session = books.open_session({"mode": "payment", "line_items": [item], "success_url": "http://x"})
    paid = books.pay(session["id"])["payment_intent"]
    books.make_refund({"payment_intent": paid, "amount": 100})
    books.open_dispute({"payment_intent": paid})
    account = books.make_account({}, ready=True)
    transfer = books.make_transfer({"amount": 100, "currency": "idr", "destination": account["id"]})
    books.reverse_transfer(transfer["id"], {})
    for kind in books.kinds:
        yield kind, books.all(kind)[0]


def broken(thing: Any, rng: random.Random) -> Any:
    """Return an object with one thing changed, taken away or added, at any depth."""
    thing = copy.deepcopy(thing)
    here = thing
    while True:
        names = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not names:
            return thing
        name = rng.choice(names)
        if isinstance(here[name], dict | list) and here[name] and rng.random() < 0.7:
            here = here[name]
            continue
        if isinstance(here, dict) and rng.random() < 0.3:
            here.pop(name)
        elif isinstance(here, dict) and rng.random() < 0.2:
            here["tidak_ada"] = 1
        else:
            here[name] = copy.deepcopy(rng.choice(ODD))
        return thing


def test_the_quick_check_agrees_with_json_schema(stripe_standin: Stripe) -> None:
    rng = random.Random(7)
    seen = {True: 0, False: 0}
    for kind, thing in things(stripe_standin):
        for _ in range(25):
            changed = broken(thing, rng)
            right = contract().validator(kind).is_valid(changed)
            assert contract().fits(contract().schemas[kind], changed) == right, (kind, changed)
            seen[right] += 1
    assert min(seen.values()) > 30, "both answers were asked for"


def test_without_the_wheel_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(document.MissingDocumentError, match="--dev"):
        document.read()


def test_the_document_is_parsed_once_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    small = tmp_path / "stripe_spec.py"
    small.write_text("sspec = {'openapi': '3.0.0'}", encoding="utf-8")
    monkeypatch.setattr(document, "source", lambda: small)
    monkeypatch.setattr(document, "KEPT", tmp_path / "kept")
    assert document.read() == {"openapi": "3.0.0"}
    kept = next((tmp_path / "kept").iterdir())
    kept.write_text('{"openapi": "kept"}', encoding="utf-8")
    assert document.read() == {"openapi": "kept"}
