"""Files that people add to an order, and who took its bundle away."""

from sqlalchemy import select

from marketplace.eorder import queries
from marketplace.eorder.forms_papers import AttachIn
from marketplace.eorder.models import Attachment
from marketplace.eorder.models.acts import TREASURER
from marketplace.eorder.policies import duties_in
from marketplace.eorder.services.paying import Proof, add_proof
from marketplace.eorder.services.steps import begin, finish
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import _

PROOF = "payment_proof"
MOST = 60
"""Files that an order may have beside its papers."""


@transactional
def attach(code: str, data: AttachIn, file: Proof, name: str, *, by: Actor) -> bool:
    """Add a file to an order, and tell whether it was: the same file for the same thing again adds nothing.

    The proof of a payment is the treasurer's to add; with the last one the order is closed. Raises as ``begin`` does, and
    Conflict: ``treasurer``, ``full`` for more than sixty.
    """
    step = begin(code, "attach", by=by)
    if data.jenis == PROOF:
        if TREASURER not in duties_in(by, queries.scope_of(by, step.order.unit_code)):
            raise Conflict("treasurer", _("The proof of a payment is added by the treasurer who paid."))
        bare = next((one for one in queries.payments_of(step.order.id) if one.proof_key is None), None)
        if bare is not None:
            add_proof(code, bare.id, file, by=by)
            return True
    known = rows(select(Attachment.kind, Attachment.sha256).where(Attachment.order_id == step.order.id))
    if (data.jenis, file.sha256) in {(one.kind, one.sha256) for one in known}:
        return False
    if len(known) >= MOST:
        raise Conflict("full", _("This order has 60 files already. Join several into one PDF."))
    session.add(
        Attachment(
            id=uuid7(), order_id=step.order.id, kind=data.jenis, name=name, file_key=file.key, sha256=file.sha256,
            by=by.id, at=clock.now(),
        )
    )  # fmt: skip
    finish(step, after={"kind": data.jenis, "sha256": file.sha256})
    return True


@transactional
def note_file(code: str, unit_code: str, name: str, *, by: Actor) -> None:
    """Write down that somebody took a file, or the whole bundle, of an order (R11.10)."""
    audit(f"eorder:{unit_code}", "eorder.file", code, by=by, after={"file": name})
