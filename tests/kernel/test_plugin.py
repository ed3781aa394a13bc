"""Plugins stand on each other in one order, or the program says in one sentence why it does not start."""

from types import ModuleType

import pytest

from marketplace.kernel.access import PUBLIC, SIGNED_IN, Permission
from marketplace.kernel.db import Base, Identified
from marketplace.kernel.plugin import Plugin, PluginError, Slot, ordered
from marketplace.kernel.routes import Cache, Pages, Policy
from marketplace.kernel.words import _
from tests.kernel.conftest import Town


def named(name: str, *requires: str) -> Plugin:
    return Plugin(name=name, label=_("A plugin"), requires=requires)


def test_the_order_is_by_need_and_then_by_name_whatever_the_machine_lists_first() -> None:
    plugins = [named("orders", "catalog"), named("bazaars", "catalog"), named("catalog")]
    assert [one.name for one in ordered(plugins)] == ["catalog", "bazaars", "orders"]
    assert ordered(plugins) == ordered(plugins[::-1])


def test_a_missing_plugin_and_a_circle_are_each_named_in_one_sentence() -> None:
    with pytest.raises(PluginError, match=r"'orders' requires 'catalog', which is not installed"):
        ordered([named("orders", "catalog")])
    with pytest.raises(PluginError, match="circle: a, b"):
        ordered([named("a", "b"), named("b", "a")])


def test_a_slot_gives_what_was_put_in_by_the_plugins_of_this_application_only(town: Town) -> None:
    shelf: Slot[str] = Slot("test.shelf")
    first = Plugin(name="first", label=_("First"), fills=(shelf("bread"),))
    second = Plugin(name="second", label=_("Second"), requires=("first",), fills=(shelf("honey"),))
    with town(first, second).app_context():
        assert list(shelf) == ["bread", "honey"]
    with town(first).app_context():
        assert list(shelf) == ["bread"]


def test_a_table_must_bear_its_plugins_name(town: Town) -> None:
    module = ModuleType("stranger.models")

    class Stray(Identified, Base):
        __tablename__ = "other_things"
        __module__ = "stranger.models"

    module.Stray = Stray  # type: ignore[attr-defined]
    try:
        with pytest.raises(PluginError, match="'other_things' must begin with"):
            town(Plugin(name="stranger", label=_("Stranger"), models=module))
    finally:
        Base.metadata.remove(Stray.__table__)  # type: ignore[arg-type]


def test_a_route_without_a_policy_stops_the_start(town: Town) -> None:
    """Guard (R26.3): no route without a policy."""
    bp = Pages("careless", __name__)
    bp.add_url_rule("/terbuka", "open", lambda: "hello")
    with pytest.raises(PluginError, match=r"'careless\.open' names no policy"):
        town(Plugin(name="careless", label=_("Careless"), blueprints=(bp,)))


@pytest.mark.parametrize("policy", [SIGNED_IN, Permission("bold:see", _("See"), lambda _actor, _thing: True)])
def test_a_public_page_that_asks_for_a_right_stops_the_start(town: Town, policy: Policy) -> None:
    """The gate looks nobody up for a page that is the same for everyone, so the right would not be asked."""
    bp = Pages("bold", __name__)
    bp.page("/berani", policy=policy, cache=Cache.PUBLIC, endpoint="open")(lambda: "hello")
    with pytest.raises(PluginError, match=rf"'bold\.open' asks for '{policy.name}'"):
        town(Plugin(name="bold", label=_("Bold"), blueprints=(bp,)))


def test_a_route_with_a_policy_serves(town: Town) -> None:
    bp = Pages("careful", __name__)

    @bp.page("/terbuka", policy=PUBLIC)
    def hello() -> str:
        return "hello"

    site = town(Plugin(name="careful", label=_("Careful"), blueprints=(bp,)))
    assert site.test_client().get("/terbuka").text == "hello"
