"""How values look on a page: rupiah, numbers, percentages, days and times, in the language spoken now (ux 4.3)."""

from datetime import date, datetime

from babel.dates import format_date
from markupsafe import Markup

from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.money import Percent, Rupiah
from marketplace.kernel.words import language

NO_BREAK = "\u00a0"


def number(value: int) -> str:
    """Return a whole number with the language's thousands mark: 1.234 or 1,234."""
    grouped = f"{value:,}"
    return grouped if language() == "en" else grouped.replace(",", ".")


def rupiah(amount: Rupiah | int) -> str:
    """Return money for the screen: ``Rp 15.000``, with a no-break space and no decimals."""
    whole = amount.amount if isinstance(amount, Rupiah) else amount
    sign = "-" if whole < 0 else ""
    return f"{sign}Rp{NO_BREAK}{number(abs(whole))}"


def percent(share: Percent) -> str:
    """Return a percentage with two decimals where it has any: 91,82% or 40%."""
    whole, rest = divmod(share.hundredths, 100)
    mark = "." if language() == "en" else ","
    return f"{number(whole)}{mark}{rest:02d}%" if rest else f"{number(whole)}%"


def date_long(moment: date | datetime) -> str:
    """Return ``Jumat, 27 November 2026`` (day in Jakarta)."""
    return format_date(_day(moment), "EEEE, d MMMM y", locale=language())


def date_short(moment: date | datetime) -> str:
    """Return ``27 Nov 2026`` (day in Jakarta)."""
    return format_date(_day(moment), "d MMM y", locale=language())


def time(moment: datetime) -> str:
    """Return ``09.05 WIB``, or ``09:05 WIB`` in English."""
    mark = ":" if language() == "en" else "."
    return f"{moment.astimezone(JAKARTA):%H{mark}%M}{NO_BREAK}WIB"


def datetime_html(moment: datetime) -> Markup:
    """Return a ``<time>`` element with day and time for people and the instant for programs."""
    said = f"{date_short(moment)}, {time(moment)}"
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(timespec="seconds"), said)


def _day(moment: date | datetime) -> date:
    return moment.astimezone(JAKARTA).date() if isinstance(moment, datetime) else moment
