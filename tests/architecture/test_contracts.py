"""Each import contract passes on a sound tree and breaks on the mistake it is there for."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import grimp
import pytest

from tests.architecture.contracts import FrontDoor, HouseContract, Ladder, PluginLayers, Unknown

NUMBERS = count()
Shop = Callable[[dict[str, str]], tuple[str, grimp.ImportGraph]]

SOUND = {
    "kernel/plugin": "",
    "testing": "from SHOP import kernel",
    "jkp": "import SHOP",
    "stock/plugin": "from SHOP.stock import views",
    "stock/views": "from SHOP.stock import services",
    "stock/services": "from SHOP.stock import models",
    "stock/models": "",
    "sales/plugin": "from SHOP.sales import services",
    "sales/services": "from SHOP.stock import services, queries",
    "stock/queries": "from SHOP.stock import models",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Return what builds the import graph of a sound tree with some modules laid over it."""

    def build(changes: dict[str, str]) -> tuple[str, grimp.ImportGraph]:
        name = f"shop{next(NUMBERS)}"
        for module, text in ({"__init__": ""} | SOUND | changes).items():
            path = tmp_path / name / f"{module}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.parent.joinpath("__init__.py").touch()
            path.write_text(text.replace("SHOP", name), encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        return name, grimp.build_graph(name, include_external_packages=True, cache_dir=None)

    return build


def breaches(kind: type[HouseContract], built: tuple[str, grimp.ImportGraph], **options: object) -> list[str]:
    """Return what a contract finds, with the shop's name taken out."""
    name, graph = built
    if kind is Unknown:
        options["modules"] = [f"{name}.*.services"]
    else:
        options["root"] = name
    contract = kind(kind.__name__, {}, options)
    return sorted(sentence.replace(name, "shop") for sentence in contract.breaches(graph))


DOORS = "another plugin has events, policies, queries, services, slots, and nothing else"
RUNGS = ["testing", "jkp", "sales | gifts", "stock", "kernel"]


def test_a_sound_tree_keeps_every_contract(shop: Shop) -> None:
    built = shop({})
    assert breaches(Ladder, built, rungs=RUNGS) == []
    assert breaches(PluginLayers, built, layers=["plugin", "views", "services", "models"]) == []
    assert breaches(FrontDoor, built) == []
    assert breaches(Unknown, built, forbidden=["flask"]) == []


def test_an_import_up_the_ladder_is_found_with_its_way(shop: Shop) -> None:
    built = shop({"stock/services": "from SHOP.kernel import reach", "kernel/reach": "from SHOP.sales import services"})
    found = breaches(Ladder, built, rungs=RUNGS)
    assert "shop.kernel must not know shop.sales: shop.kernel.reach -> shop.sales.services" in found


def test_neighbours_on_a_rung_must_not_know_each_other(shop: Shop) -> None:
    built = shop({"gifts/plugin": "", "gifts/services": "from SHOP.sales import services"})
    assert breaches(Ladder, built, rungs=RUNGS) == [
        "shop.gifts must not know shop.sales: shop.gifts.services -> shop.sales.services"
    ]


def test_a_package_without_a_rung_is_found(shop: Shop) -> None:
    assert breaches(Ladder, shop({"drawer": ""}), rungs=RUNGS) == [
        "shop.drawer has no rung: give it one in pyproject.toml"
    ]


def test_a_model_that_calls_a_service_is_found(shop: Shop) -> None:
    built = shop({"stock/models": "from SHOP.stock import services"})
    assert breaches(PluginLayers, built, layers=["plugin", "views", "services", "models"]) == [
        "shop.stock.models must not know shop.stock.services: shop.stock.models -> shop.stock.services"
    ]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (
            {"sales/services": "from SHOP.stock import models"},
            f"shop.sales.services imports shop.stock.models: {DOORS}",
        ),
        (
            {"sales/services": "from SHOP import testing"},
            "shop.sales.services imports shop.testing: that serves tests only",
        ),
        (
            {"sales/services": "from SHOP import create_app", "__init__": "create_app = 1"},
            "shop.sales.services imports shop: nothing but an entry module builds the program",
        ),
    ],
)
def test_whoever_comes_in_by_another_door_is_found(shop: Shop, changes: dict[str, str], found: str) -> None:
    assert breaches(FrontDoor, shop(changes)) == [found]


def test_a_service_that_knows_the_web_is_found(shop: Shop) -> None:
    built = shop({"stock/services": "import flask"})
    assert breaches(Unknown, built, forbidden=["flask"]) == ["shop.stock.services imports flask"]
