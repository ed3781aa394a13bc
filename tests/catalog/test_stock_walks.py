"""Whatever order things happen in, the shelf agrees with a child's tally of it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from marketplace.catalog.models import Stock
from marketplace.catalog.queries.checks import broken
from marketplace.catalog.services import Count, StockLine, consume, release, reserve, stock_set
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid
from tests.factories import catalog, sellers

GOODS = 3


class Shelf(RuleBasedStateMachine):
    """Buyers hold, pay and leave; the seller counts."""

    @initialize(stocks=st.lists(st.integers(0, 6), min_size=GOODS, max_size=GOODS))
    def open(self, stocks):
        self.round = self.round + 1 if hasattr(self, "round") else 0
        self.shop = sellers.shop(trusted=True)
        self.goods = [catalog.basket(stock=one, name=f"Barang {at}", of=self.shop) for at, one in enumerate(stocks)]
        self.there = dict(zip(self.goods, stocks, strict=True))
        self.held: dict[str, dict[object, int]] = {}
        self.made = 0

    def free(self, variant):
        return self.there[variant] - sum(lines.get(variant, 0) for lines in self.held.values())

    @rule(wanted=st.dictionaries(st.integers(0, GOODS - 1), st.integers(1, 3), min_size=1))
    def hold(self, wanted):
        self.made += 1
        reference = f"JKP-{id(self)}-{self.made}"
        lines = {self.goods[at]: qty for at, qty in wanted.items()}
        short = {str(one): self.free(one) for one, qty in lines.items() if qty > self.free(one)}
        taken = [StockLine(one, qty) for one, qty in lines.items()]
        if short:
            with pytest.raises(Conflict) as refused:
                reserve(reference, taken, until=clock.now() + timedelta(hours=1))
            assert {one["variant_id"]: one["left"] for one in refused.value.facts["short"]} == short
        else:
            reserve(reference, taken, until=clock.now() + timedelta(hours=1))
            self.held[reference] = lines

    @precondition(lambda self: self.held)
    @rule(data=st.data(), pays=st.booleans())
    def close(self, data, pays):
        reference = data.draw(st.sampled_from(sorted(self.held)))
        lines = self.held.pop(reference)
        assert (consume(reference) if pays else release(reference, "cancelled")) == len(lines)
        if pays:
            for one, qty in lines.items():
                self.there[one] -= qty
        assert release(reference, "again") == 0

    @rule(at=st.integers(0, GOODS - 1), count=st.integers(0, 8))
    def count_again(self, at, count):
        variant = self.goods[at]
        promised = self.there[variant] - self.free(variant)
        try:
            stock_set(self.shop.id, [Count(variant, count)], by=SYSTEM)
        except Invalid:
            assert count < promised
        else:
            assert count >= promised
            self.there[variant] = count

    @invariant()
    def shelf_agrees(self):
        if not hasattr(self, "goods"):
            return
        found = session.execute(select(Stock.variant_id, Stock.on_hand, Stock.reserved))
        shelf = {row.variant_id: (row.on_hand, row.reserved) for row in found if row.variant_id in self.there}
        assert shelf == {one: (self.there[one], self.there[one] - self.free(one)) for one in self.goods}
        assert list(broken()) == []


def test_any_sequence_of_holding_paying_leaving_and_counting(app):
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    Shelf.TestCase.settings = settings(
        max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=checks
    )
    Shelf.TestCase().runTest()
