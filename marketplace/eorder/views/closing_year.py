"""What an office has to do before a fiscal year ends: a list that empties itself."""

from flask import render_template, request

from marketplace.eorder import services
from marketplace.eorder.policies import OFFICE, READ, duties_in
from marketplace.eorder.queries.closing_year import (
    GOING_ON,
    HELD,
    MOST,
    NO_SLIP,
    UNNUMBERED,
    UNPAID,
    UNPROVED,
    left_to_do,
)
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS
from marketplace.eorder.views.reports import readable, within
from marketplace.kernel import clock
from marketplace.kernel.routes import actor
from marketplace.kernel.words import _
from marketplace.offices import queries as offices

DECEMBER = 12
TITLES = {
    UNPAID: (
        _("Accepted and not paid"),
        _("Goods are there and the shop waits for its money: pay before the year closes."),
    ),
    NO_SLIP: (_("Withheld, without a slip"), _("A tax was kept and its slip (bukti potong) is missing.")),
    UNPROVED: (_("Paid, without proof"), _("The payment is written down and its proof is missing.")),
    UNNUMBERED: (
        _("Minutes without the office's number"),
        _("The handover minutes hold; the archive wants a number of your own."),
    ),
    HELD: (
        _("Money held for goods to come"),
        _("What is not accepted by 31 December is paid from the next year: carry it over there, or settle the order."),
    ),
    GOING_ON: (_("Orders not closed"), _("Everything of the year that is not at its end, the most urgent first.")),
}


@bp.page("/pengadaan/tutup-tahun", policy=READ, endpoint="closing_year")
def closing_year() -> str:
    """Show what is left to do of a fiscal year in a unit, or in all that the reader may see."""
    units, chosen = readable(), request.args.get("unit", "")
    year = _year()
    shown = within(units, chosen)
    found = left_to_do([one.code for one in shown], year)
    if not any(set(duties_in(actor(), one.scope)) & set(OFFICE) for one in shown):
        codes = sorted({todo.code for chapter in found for todo in chapter.first})
        services.note_look("closing_year", {"unit": chosen[:100], "tahun": str(year)}, codes, by=actor())
    return render_template(
        "eorder/closing_year.html",
        found=found,
        titles=TITLES,
        held=HELD,
        most=MOST,
        units=units,
        names=offices.unit_names({one.code for one in units}),
        chosen=chosen,
        year=year,
        years=(clock.today().year - 1, clock.today().year),
        december=clock.today().month == DECEMBER and year == clock.today().year,
        **WORDS,
    )


def _year() -> int:
    asked, this = request.args.get("tahun", ""), clock.today().year
    return this - 1 if asked == str(this - 1) else this
