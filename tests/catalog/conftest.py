"""What every test of the catalogue stands on."""

import pytest

from marketplace.catalog.queries.categories import forget_categories


@pytest.fixture(autouse=True)
def _fresh_categories():
    """Read the categories anew: those of the last test were rolled back."""
    forget_categories()
    yield
    forget_categories()
