"""Every sentence of every plugin is there in Indonesian, with the same parts as in English, and nothing is left over."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from marketplace.kernel import plugin as plugins
from marketplace.kernel.plugin import Plugin
from marketplace.web.front import house

HOUSE = Path(__file__).parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "several": (1, 2)}
PART = re.compile(r"%\((\w+)\)[sd]")
PLUGINS = (house, *plugins.collect())
Message = str | tuple[str, ...]


def sources(plugin: Plugin) -> tuple[list[Path], list[Path]]:
    """Return the Python files and the templates of a plugin; the house also speaks for the kernel and the frame of pages."""
    folder = HOUSE / ("search" if plugin.name == "search" else f"marketplace/{plugin.name}")
    python, pages = sorted(folder.rglob("*.py")), sorted((HOUSE / "templates" / plugin.name).rglob("*.*"))
    if plugin is house:
        python += sorted((HOUSE / "marketplace" / "kernel").glob("*.py"))
        pages = [HOUSE / "templates" / "base.html", HOUSE / "templates" / "style.html"]
        pages += sorted(page for shelf in ("ui", "errors") for page in (HOUSE / "templates" / shelf).rglob("*.html"))
    return python, [page for page in pages if page.suffix in (".html", ".txt", ".xml")]


def spoken(plugin: Plugin) -> set[Message]:
    python, pages = sources(plugin)
    found: set[Message] = set()
    for path in python:
        for _line, message, _comments, _context in extract_from_file("python", str(path), keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else tuple(message))
    for path in pages:
        with path.open("rb") as source:
            for _line, _function, message, _comments in babel_extract(source, list(KEYWORDS), [], {"silent": "false"}):
                if message:
                    found.add(message if isinstance(message, str) else tuple(one for one in message if one))
    return {message for message in found if message}


def translated(plugin: Plugin) -> dict[Message, list[str]]:
    if plugin.translations is None:
        return {}
    with (plugin.translations / "id" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale="id")
    return {
        message.id if isinstance(message.id, str) else tuple(message.id): [message.string]
        if isinstance(message.string, str)
        else list(message.string)
        for message in catalogue
        if message.id and not message.fuzzy
    }


def key(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_the_indonesian_catalogue_is_complete_and_has_nothing_left_over(plugin: Plugin) -> None:
    said, known = (
        {key(message) for message in spoken(plugin)},
        {key(message): strings for message, strings in translated(plugin).items()},
    )
    missing = sorted(message for message in said if not any(known.get(message, [])))
    assert missing == []
    assert sorted(set(known) - said) == []


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_a_translation_has_the_same_parts_as_its_sentence(plugin: Plugin) -> None:
    for message, strings in translated(plugin).items():
        ours = set(PART.findall(" ".join(message) if isinstance(message, tuple) else message))
        for string in strings:
            assert set(PART.findall(string)) - {"num"} == ours - {"num"}, message


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_a_number_changes_no_word_in_indonesian(plugin: Plugin) -> None:
    """Indonesian has no plural: where the forms of an entry differ, one of them was forgotten."""
    assert [message for message, strings in translated(plugin).items() if len(set(strings)) > 1] == []


GROUPED = {"id": re.compile(r"[0-9],[0-9]{3}"), "en": re.compile(r"[0-9]\.[0-9]{3}")}


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_each_language_groups_its_digits_in_its_own_way(plugin: Plugin) -> None:
    for message, strings in translated(plugin).items():
        ids = (message,) if isinstance(message, str) else message
        assert [one for one in ids if GROUPED["en"].search(one)] == []
        assert [one for one in strings if GROUPED["id"].search(one)] == []
