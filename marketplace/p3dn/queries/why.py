"""Why a product stands on its rung, in sentences for people."""

from datetime import date

from marketplace.kernel.words import Words, _
from marketplace.p3dn.models import Kind, Rung
from marketplace.p3dn.queries.rungs import Local
from marketplace.web.formats import date_long, hundredths

KINDS = {
    Kind.LVI: _("verified by an independent body"),
    Kind.SELF_DECLARED: _("declared by the small firm itself"),
}


def certified(local: Local) -> Words:
    """Return a certificate in one line: its value never stands without who found it (domain 4.3)."""
    return _("TKDN %(share)s (%(kind)s)", share=hundredths(local.tkdn), kind=KINDS[Kind(local.kind)])


def why(local: Local) -> tuple[Words, ...]:
    """Return in sentences why a product stands where it stands, in the language spoken now."""
    return (*_basis(local), *_place(local))


def _basis(local: Local) -> tuple[Words, ...]:
    if local.certificate:
        return (
            _(
                "%(value)s, BMP %(bmp)s, certificate %(number)s. It counts through %(day)s.",
                value=certified(local),
                bmp=hundredths(local.bmp),
                number=local.certificate,
                day=date_long(date.fromisoformat(local.expires_on)),
            ),
        )
    said = {
        Rung.DOMESTIC: _("The shop states that it is made in Indonesia. No certificate counts today."),
        Rung.IMPORT: _("The shop states that it is made abroad."),
    }
    return (said.get(Rung(local.rung), _("The shop has not stated where it is made.")),)


def _place(local: Local) -> tuple[Words, ...]:
    least, high = hundredths(local.least), hundredths(local.high)
    if local.rung == Rung.PREFERRED:
        return (
            _("There is a product of its category with TKDN and BMP of %(high)s or more, and it has at least %(least)s.",
              high=high, least=least),
        )  # fmt: skip
    if local.market and local.tkdn < local.least:
        return (
            _("Its category has a product with TKDN and BMP of %(high)s or more: offices then buy what has at least %(least)s.",
              high=high, least=least),
        )  # fmt: skip
    if local.rung == Rung.LOW:
        return (_("Its TKDN is below %(least)s.", least=least),)
    return ()
