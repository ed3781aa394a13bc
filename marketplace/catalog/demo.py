"""What the catalogue puts into a new site: its categories always, and a demo site's products."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marketplace.catalog import services
from marketplace.catalog.services import CategoryIn

HERE = Path(__file__).parent / "demo_data"


def load_reference() -> None:
    """Load the categories; harmless to repeat."""
    services.load_categories(category_tree())


def category_tree() -> tuple[CategoryIn, ...]:
    """Return the categories of ``demo_data/categories.json``, in order."""
    told = json.loads((HERE / "categories.json").read_text(encoding="utf-8"))
    return tuple(
        CategoryIn(
            slug=top["slug"],
            name=top["name_id"],
            name_en=top["name_en"],
            food=top["food"],
            below=tuple(
                CategoryIn(slug=slug, name=name, name_en=name_en, food=top["food"])
                for slug, name, name_en in top["below"]
            ),
        )
        for top in told
    )


def plant(profile: str, number: int) -> Mapping[str, Any]:
    """Plant the demo products."""
    del profile, number
    return {}
