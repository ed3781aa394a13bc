"""Which pictures the catalogue shows."""

from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, exists

from marketplace.catalog.models import Image, Product


def shown(picture_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Return the condition that a product shows a picture."""
    return exists().where(Image.media_id == picture_id) | exists().where(Product.cover_id == picture_id)
