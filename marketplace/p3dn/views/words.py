"""Words that several pages of local content share."""

from collections.abc import Mapping

from marketplace.kernel.words import Words, _

STANDINGS: Mapping[str, tuple[Words, str, str]] = {
    "shown": (_("Shown by the shop, waits for a check"), "kunyit", "clock"),
    "checked": (_("Checked"), "hijau", "badge-check"),
    "expired": (_("Ran out"), "merah", "clock"),
    "refused": (_("Refused"), "merah", "circle-alert"),
    "revoked": (_("Revoked"), "merah", "circle-alert"),
}
"""How a certificate stands: words, colour and sign of its badge. A claim, a checked and an ended one never look alike (F3)."""
KINDS: Mapping[str, Words] = {
    "ik": _("Small industry, declared by the firm itself"),
    "lvi": _("Verified by an independent body (LVI)"),
}
PLACES: Mapping[str, Words] = {
    "indonesia": _("Indonesia"),
    "abroad": _("Abroad"),
    "unsaid": _("Not stated"),
}
WORKERS: Mapping[str, Words] = {
    "all": _("Indonesian citizens alone"),
    "part": _("Indonesian citizens and others"),
    "none": _("Others alone"),
    "unsaid": _("Not stated"),
}
