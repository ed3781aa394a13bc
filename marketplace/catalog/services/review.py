"""What others decide about a listing: a reviewer accepts or sends it back, and a shop's own changes reach its products."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from marketplace.catalog.events import ProductChanged
from marketplace.catalog.models import Category, Product, ProductState
from marketplace.catalog.policies import REVIEW
from marketplace.catalog.services.products import load, publish, seller_of, tell, unfit
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _


@transactional
def accept(product_id: UUID, *, seen: datetime, by: Actor) -> None:
    """Put a waiting product on show. Raises Invalid when the halal gate is shut, Conflict when it does not wait.

    ``seen`` is the ``changed_at`` of what was looked at: raises Conflict ``changed`` when it is another product by now.
    """
    by.require(REVIEW, None)
    product = load(product_id)
    _require_as_seen(product, seen)
    if reasons := unfit(product, session.get_one(Category, product.category_id)):
        raise Invalid({"": list(reasons.values())})
    publish(product, by=by)
    _note(product, "product.accept", "", by=by)
    tell(product)


@transactional
def reject(product_id: UUID, reason: str, *, seen: datetime, by: Actor) -> None:
    """Send a waiting product back with a reason that its seller reads. Raises Conflict as ``accept`` does."""
    by.require(REVIEW, None)
    product = load(product_id)
    _require_as_seen(product, seen)
    product.move(ProductState.REJECTED, by=by, why=reason)
    product.reason = reason
    _note(product, "product.reject", reason, by=by)
    tell(product)


def _require_as_seen(product: Product, seen: datetime) -> None:
    if product.state != ProductState.WAITING:
        said = _("This was changed meanwhile. Reload the page to see how it stands.")
        raise Conflict("state", said, state=product.state)
    if product.changed_at != seen:
        said = _("The seller changed this product while you looked at it. Read it again: this is how it stands now.")
        raise Conflict("changed", said)


def _note(product: Product, action: str, reason: str, *, by: Actor) -> None:
    audit(f"catalog:{product.seller_id}", action, f"product:{product.id}", by=by, after={"reason": reason})


@transactional
def follow_seller(seller_id: UUID) -> int:
    """Copy where a shop is and whether it is open to its products, and tell of each; return how many."""
    seller = seller_of(seller_id)
    facts = {"open": seller.sells, "kelurahan_code": seller.kelurahan_code, "kecamatan_code": seller.kecamatan_code}
    followed = session.execute(
        update(Product)
        .where(Product.seller_id == seller_id)
        .values(facts)
        .returning(Product.id, Product.state)
        .execution_options(synchronize_session=False)
    ).all()
    for row in followed:
        if row.state == ProductState.PUBLISHED:
            emit(ProductChanged(product_id=str(row.id), seller_id=str(seller_id)))
    return len(followed)
