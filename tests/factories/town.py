"""The invented town of the demo, without a database: its shops and goods for one seed."""

import csv
from functools import cache
from importlib.resources import files

from marketplace.catalog.demo_content import DemoProduct, products
from marketplace.sellers.demo_content import Shop, shops

SEED = 1
Area = tuple[str, str, str, str]


@cache
def areas() -> tuple[Area, ...]:
    """Return Jakarta's areas as the accounts load them: code, level, name, code above."""
    table = files("marketplace.accounts").joinpath("data", "jakarta_areas.csv").read_text(encoding="utf-8")
    return tuple(
        (row["code"], row["level"], row["name"], row["parent_code"]) for row in csv.DictReader(table.splitlines())
    )


@cache
def town() -> tuple[Shop, ...]:
    """Return the shops."""
    return tuple(shops(SEED, areas()))


@cache
def goods() -> tuple[DemoProduct, ...]:
    """Return the demo's products."""
    return tuple(products(SEED, town()))
