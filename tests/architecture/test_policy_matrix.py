"""Every route as everybody, with own, foreign and unknown things, against the checked-in table (R15).

After a change that is meant, write the table anew and read the difference:

    POLICY_MATRIX=write python -m pytest tests/architecture/test_policy_matrix.py
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from marketplace import create_app
from marketplace.kernel.db import session
from marketplace.testing.plugin import administer, environment, hang_up, sibling
from tests.architecture import buying, matrix
from tests.architecture.matrix import Answer, Call, Town

pytestmark = pytest.mark.early
WRITTEN = Path(__file__).with_name("policy_matrix.json")
Found = Mapping[Call, Mapping[str, Answer]]


@pytest.fixture(scope="module")
def town(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    name = f"matrix_{os.getpid()}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE {make_url(template).database}")
    app = create_app(environ=environment(sibling(server, name), tmp_path_factory.mktemp("matrix")))
    with app.app_context():
        settled = matrix.settle(app)
        session.remove()
    yield settled
    with app.app_context():
        hang_up()
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def found(town: Town) -> Found:
    with town.app.app_context():
        return matrix.answers(town)


@pytest.fixture(autouse=True)
def _inside(town: Town) -> Iterator[None]:
    with town.app.app_context():
        yield
        session.remove()


def test_everybody_gets_what_the_table_says(found: Found) -> None:
    """Guard (R26.3): the policy of a route."""
    asked = matrix.table(found)
    if os.environ.get("POLICY_MATRIX") == "write":
        WRITTEN.write_text(json.dumps(asked, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    written = json.loads(WRITTEN.read_text(encoding="utf-8"))
    assert sorted(asked) == sorted(written), "routes came or went: see the head of this module"
    different = {name: (row, written[name]) for name, row in asked.items() if row != written[name]}
    assert different == {}


def test_nothing_breaks(found: Found) -> None:
    broken = [
        (call.name, call.about, who) for call, by in found.items() for who, one in by.items() if one.status >= 500
    ]
    assert broken == []


def test_a_foreign_thing_is_answered_as_one_that_does_not_exist(found: Found) -> None:
    """Where an owner's own thing opens and a stranger's is 404, that 404 is word for word that of an unknown one."""
    unknown = {call.name: by for call, by in found.items() if call.about == "unknown"}
    told_apart = []
    for call, by in found.items():
        if call.about in ("", "unknown") or call.name not in unknown:
            continue
        for who, answer in by.items():
            if answer.status == 404 and answer != unknown[call.name][who]:
                told_apart.append((call.name, call.about, who))
    assert told_apart == []


OWNED = {
    "/bayar/<code>": ("guest", "pembeli", "pembeli2"),
    "/pesanan/<code>": ("guest", "pembeli", "pembeli2"),
    "/lapak/pesanan/<code>": ("penjual", "penjual2"),
    "/lapak/produk/<uuid:product_id>": ("penjual", "penjual2"),
    "/lapak/toko": ("penjual", "penjual2"),
    "/lapak/keuangan": ("penjual", "penjual2"),
    "/lapak/laporan": ("penjual", "penjual2"),
    "/lapak/produk/baru": ("penjual", "penjual2"),
}


@pytest.mark.parametrize("rule", OWNED)
def test_only_its_owner_gets_a_thing(found: Found, rule: str) -> None:
    """Guard (R26.3): the scope of a role."""
    owners = OWNED[rule]
    asked = {(call, who): one for call, by in found.items() if call.rule.startswith(rule) for who, one in by.items()}
    things = {(call, who): one for (call, who), one in asked.items() if call.about}
    assert things
    for (call, who), answer in things.items():
        if who == call.about and who in owners:
            assert answer.status not in {403, 404}, (call.name, who)
        else:
            # Those whom the route does not let in at all are told so before anything is looked for.
            assert answer.said in {"404", found[_unknown(found, call)][who].said}, (call, who)
            assert answer.said in {"sign in", "403", "404"}, (call, who)


def _unknown(found: Found, call: Call) -> Call:
    return next(one for one in found if one.name == call.name and one.about == "unknown")


def test_an_office_sees_its_own_and_nothing_of_another(found: Found) -> None:
    """Guard (R26.3): an office sees its own."""
    asked = [(call, by) for call, by in found.items() if call.about in buying.PEOPLE]
    assert asked
    for call, by in asked:
        for office, people in buying.PEOPLE.items():
            for who in people:
                if office == call.about:
                    assert by[who].said != "404", (call.name, call.about, who)
                else:
                    assert by[who] == found[_unknown(found, call)][who], (call.name, call.about, who)
                    assert by[who].said in {"403", "404"}, (call.name, call.about, who)


def test_who_is_not_signed_in_is_led_to_the_door(town: Town, found: Found) -> None:
    for call, by in found.items():
        if not matrix.is_public(town, call):
            for who in ("guest", "stranger", "suspended"):
                assert by[who].said == "sign in", (call, who)


def test_a_suspended_person_is_a_stranger_from_the_next_request_on(found: Found) -> None:
    assert [(call.name, call.about) for call, by in found.items() if by["suspended"] != by["stranger"]] == []


def test_no_office_opens_by_another_office_s_key(town: Town, found: Found) -> None:
    """Roles that a route does not name are kept out, whatever else they may do."""
    grants = {"admin": "admin", "dinas": "programme_officer", "kecamatan": "kecamatan_officer", "auditor": "auditor"}
    for call, by in found.items():
        policy = matrix.rules(town)[call.endpoint].policy
        roles = getattr(policy, "roles", None)
        if roles is None:
            continue
        for who, role in grants.items():
            assert (by[who].status == 403) == (role not in roles), (call.name, who)


def test_nothing_is_changed_without_proof_that_our_own_page_asks(town: Town) -> None:
    for call in matrix.calls(town):
        if call.method == "GET" or not matrix.rules(town)[call.endpoint].csrf:
            continue
        for proof in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}):
            assert matrix.ask(town, call, "admin", **proof).status_code == 403, call


def test_a_public_page_is_the_same_bytes_for_everybody(town: Town) -> None:
    """No cookie is read for it, and none is set (R21.1)."""
    for call in matrix.calls(town):
        if call.method != "GET" or str(matrix.rules(town)[call.endpoint].cache) != "public":
            continue
        first = matrix.ask(town, call, "stranger")
        for who in ("guest", "pembeli", "penjual", "admin"):
            other = matrix.ask(town, call, who)
            same = matrix.steady(first.text, call) if first.status_code >= 400 else first.data
            seen = matrix.steady(other.text, call) if other.status_code >= 400 else other.data
            assert (other.status_code, seen) == (first.status_code, same), (call, who)
            assert "Set-Cookie" not in other.headers
