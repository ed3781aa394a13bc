"""What a product's public page says of its local content."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.p3dn.models import Kind, MadeIn
from marketplace.p3dn.queries.why import KINDS

MOST = 3
# The newest statement of a product beside the certificates over it that an officer checked, one statement for both.
_SHOWN = text("""
SELECT said.made_in, said.place, said.local_share, held.number, held.kind, held.tkdn, held.expires_on
FROM (SELECT 1) AS one
LEFT JOIN LATERAL (
 SELECT made_in, place, local_share FROM p3dn_statements WHERE product_id = :product AND from_day <= :today
 ORDER BY from_day DESC, seq DESC LIMIT 1
) AS said ON true
LEFT JOIN LATERAL (
 SELECT c.number, c.kind, c.tkdn, c.expires_on FROM p3dn_coverings v JOIN p3dn_certificates c ON c.id = v.certificate_id
 WHERE v.product_id = :product AND v.since <= :today AND (v.until IS NULL OR v.until >= :today) AND c.state IN ('checked')
 ORDER BY c.expires_on DESC, c.number LIMIT :most
) AS held ON true
""")


def section(product_id: UUID) -> Mapping[str, Any] | None:
    """Return the statement of a product and the certificates over it that hold or ran out; None when there is neither."""
    today = clock.today()
    found = rows(_SHOWN, {"product": product_id, "today": today, "most": MOST})
    said = found[0] if found[0].made_in not in (None, MadeIn.UNSAID) else None
    certificates = [row for row in found if row.number is not None]
    if said is None and not certificates:
        return None
    return {"said": said, "certificates": certificates, "today": today, "kinds": {str(key): KINDS[key] for key in Kind}}
