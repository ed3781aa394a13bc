"""How values look on a page: rupiah, numbers, percentages, days and times, in the language spoken now (ux 4.3)."""

from collections.abc import Mapping
from datetime import date, datetime

from babel.dates import format_date, get_month_names
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.money import Percent, Rupiah
from marketplace.kernel.words import Number, gettext, language, ngettext

NO_BREAK = "\u00a0"
THOUSAND = 1_000
TENTH = 100_000
"""Bytes in a tenth of a megabyte."""
ENGLISH_UNITS: Mapping[str, tuple[str, str]] = {
    "bungkus": ("packet", "packets"),
    "pack": ("pack", "packs"),
    "box": ("box", "boxes"),
    "kotak": ("box", "boxes"),
    "porsi": ("portion", "portions"),
    "lusin": ("dozen", "dozen"),
    "kodi": ("score", "score"),
    "rim": ("ream", "reams"),
    "botol": ("bottle", "bottles"),
    "toples": ("jar", "jars"),
    "cup": ("cup", "cups"),
    "gram": ("gram", "grams"),
    "liter": ("litre", "litres"),
    "meter": ("metre", "metres"),
    "set": ("set", "sets"),
    "paket": ("package", "packages"),
    "loyang": ("tin", "tins"),
    "tampah": ("tray", "trays"),
    "ikat": ("bunch", "bunches"),
    "ekor": ("piece", "pieces"),
    "butir": ("piece", "pieces"),
    "buah": ("piece", "pieces"),
    "hari": ("day", "days"),
    "jam": ("hour", "hours"),
    "orang": ("person", "people"),
    "lembar": ("sheet", "sheets"),
    "pasang": ("pair", "pairs"),
    "pot": ("pot", "pots"),
    "karung": ("sack", "sacks"),
}
"""One and many of the units that English calls otherwise; pcs, pax, gross, ons, kg and ml stay as they are."""


@pass_eval_context
def said(where: EvalContext, text: str, **parts: object) -> str:
    """Return a message for a template: in HTML our own words stand as they are, and their parts are escaped."""
    if not where.autoescape:
        return gettext(text, **parts)
    safe = {name: escape(part) for name, part in parts.items()} if parts else parts
    return Markup(gettext(text, **safe))  # noqa: S704 - our own catalogue


@pass_eval_context
def counted(where: EvalContext, one: str, many: str, number: int, **parts: object) -> str:
    """Return the form of a message that fits a number, for a template; ``%(num)s`` is the number with its marks."""
    written = str(Number(number))
    if not where.autoescape:
        return ngettext(one, many, number, num=written, **parts)
    safe = {name: escape(part) for name, part in parts.items()}
    return Markup(ngettext(one, many, number, num=written, **safe))  # noqa: S704 - our own catalogue


def number(value: int) -> str:
    """Return a whole number with the language's thousands mark: 1.234 or 1,234."""
    return str(int(value)) if -THOUSAND < value < THOUSAND else str(Number(value))


class Megabytes(int):
    """A size in bytes that a message says in megabytes of a million bytes: 37.2 or 37,2, and 12 where it is whole."""

    def __str__(self) -> str:
        """Return the nearest tenth as the language spoken now writes it."""
        whole, tenth = divmod((int(self) + TENTH // 2) // TENTH, 10)
        mark = "." if language() == "en" else ","
        return f"{number(whole)}{mark}{tenth}" if tenth else number(whole)


def rupiah(amount: Rupiah | int) -> str:
    """Return money for the screen: ``Rp 15.000``, with a no-break space and no decimals."""
    whole = amount.amount if isinstance(amount, Rupiah) else amount
    sign = "-" if whole < 0 else ""
    return f"{sign}Rp{NO_BREAK}{number(abs(whole))}"


def rupiah_paper(amount: Rupiah | int) -> str:
    """Return money for official papers, in any language as they are written in Indonesia: ``Rp15.000,00`` (ux 4.3)."""
    whole = amount.amount if isinstance(amount, Rupiah) else amount
    return f"{'-' if whole < 0 else ''}Rp{abs(whole):,}".replace(",", ".") + ",00"


def percent(share: Percent) -> str:
    """Return a percentage with two decimals where it has any: 91,82% or 40%."""
    whole, rest = divmod(share.hundredths, 100)
    mark = "." if language() == "en" else ","
    return f"{number(whole)}{mark}{rest:02d}%" if rest else f"{number(whole)}%"


def hundredths(share: int) -> str:
    """Return a percentage that is kept in hundredths of a percent, as ``percent`` writes it."""
    return percent(Percent(share))


def date_long(moment: date | datetime) -> str:
    """Return ``Jumat, 27 November 2026`` (day in Jakarta)."""
    return format_date(_day(moment), "EEEE, d MMMM y", locale=language())


def date_short(moment: date | datetime) -> str:
    """Return ``27 Nov 2026`` (day in Jakarta)."""
    return format_date(_day(moment), "d MMM y", locale=language())


def month_name(number: int) -> str:
    """Return the name of a month of the year, 1 to 12."""
    return str(get_month_names("wide", locale=language())[number])


def time(moment: datetime) -> str:
    """Return ``09.05 WIB``, or ``09:05 WIB`` in English."""
    mark = ":" if language() == "en" else "."
    return f"{moment.astimezone(JAKARTA):%H{mark}%M}{NO_BREAK}WIB"


def day_and_time(moment: datetime) -> str:
    """Return ``27 Nov 2026, 09.05 WIB``."""
    return f"{date_short(moment)}, {time(moment)}"


def datetime_html(moment: datetime) -> Markup:
    """Return a ``<time>`` element with day and time for people and the instant for programs."""
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(timespec="seconds"), day_and_time(moment))


def unit(name: str, count: int = 1) -> str:
    """Return a unit of goods for the screen: goods are kept in Indonesian units, which English readers may not know."""
    if language() != "en":
        return name
    one, many = ENGLISH_UNITS.get(name, (name, name))
    return one if count == 1 else many


def _day(moment: date | datetime) -> date:
    return moment.astimezone(JAKARTA).date() if isinstance(moment, datetime) else moment
