"""Measure speed and quality of the embedded engine: ``python -m tests.search.measure [--products 10000] [--names FILE.csv]``.

Goods have drawn Indonesian names, a description of some forty words and five facets; with ``--names``, the names of a CSV
file (column ``name``) come first and are the ones asked for. Each question is asked once with all five facets counted;
"@10" is the share of questions whose product is among the first ten ids, those that fill the page included; questions
that more than ten names answer equally well are not asked. Times are of one thread and one process.
"""

import csv
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from search.question import Band, Between, Is, OneOf
from search.slots import Document, Field
from search.text import asked_words
from search.thesaurus import indonesian
from tests.search.conftest import FIELDS as GOODS
from tests.search.conftest import Market
from tests.search.test_words import slipped

FIELDS = (*GOODS, Field("pdn", "flag", facet=True))
FACETS = ("category", "kecamatan", "price", "halal", "pdn")
FIRST = 10
BANDS = {"price": (Band(None, 24_999), Band(25_000, 49_999), Band(50_000, 99_999), Band(100_000, None))}
SYLLABLES = ("ba", "ci", "du", "ga", "har", "jo", "ka", "lin", "ma", "nung", "ra", "sem", "tu", "wi", "yo", "pang")
Question = Callable[[list[str], random.Random], str | None]


def goods(count: int, names: list[str], dice: random.Random) -> Iterator[Document]:
    """Give documents: the given names first, then drawn ones."""
    words = apart(dice)
    # Words are used as unevenly as in life: few often, most seldom.
    weights = [1 / (place + 3) for place in range(len(words))]
    makers = ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(count // 8)]
    for number in range(count):
        kind = " ".join(dict.fromkeys(dice.choices(words, weights, k=dice.randint(2, 4))))
        drawn = f"{kind} {dice.choice(makers)} {dice.choice((100, 200, 250, 500))} g"
        yield {
            "id": str(number),
            "name": names[number] if number < len(names) else drawn,
            "about": " ".join(dice.choices(words, weights, k=40)),
            "category": f"Kategori {dice.randrange(24)}",
            "kecamatan": f"Kecamatan {dice.randrange(44)}",
            "price": dice.randrange(5, 400) * 1000,
            "halal": dice.random() < 0.6,
            "pdn": dice.random() < 0.7,
        }


def apart(dice: random.Random) -> list[str]:
    """Return words no two of which mean the same: else the engine rightly takes one for the other."""
    known = indonesian()
    chosen: dict[str, str] = {}
    for term in sorted(known.equal):
        word = term[0]
        if len(term) == 1 and len(word) > 3 and not any((other,) in known.equal[term] for other in chosen.values()):
            chosen.setdefault(known.stems(word), word)
    words = list(chosen.values())
    dice.shuffle(words)
    return words


def telling(words: Iterable[str], least: int = 4) -> list[str]:
    """Return the words of a name by which somebody would ask."""
    return [word for word in words if word.isalpha() and len(word) >= least]


def some_words(words: list[str], dice: random.Random) -> str | None:
    """Ask with up to three words of the name."""
    chosen = telling(words, 3)
    return " ".join(dice.sample(chosen, min(3, len(chosen)))) or None


def one_slip(words: list[str], dice: random.Random) -> str | None:
    """Ask with up to three words, one of which has a slip."""
    chosen = telling(words)
    if not chosen:
        return None
    asked = dice.sample(chosen, min(3, len(chosen)))
    asked[0] = slipped(asked[0], dice)
    dice.shuffle(asked)
    return " ".join(asked)


def unfinished(words: list[str], dice: random.Random) -> str | None:
    """Ask with two or three words, the last of which is not finished."""
    chosen = telling(words)
    if len(chosen) < 2:
        return None
    *begun, last = dice.sample(chosen, min(3, len(chosen)))
    return " ".join((*begun, last[: dice.randint(min(3, len(last) - 1), len(last) - 1)]))


KINDS: dict[str, Question] = {
    "whole name": lambda words, _dice: " ".join(words),
    "some words": some_words,
    "one slip": one_slip,
    "unfinished": unfinished,
}


def told(label: str, seconds: list[float], quality: str = "") -> None:
    """Print the middle and the slowest twentieth in milliseconds."""
    ranked = sorted(seconds)
    p50, p95 = ranked[len(ranked) // 2] * 1000, ranked[int(len(ranked) * 0.95)] * 1000
    click.echo(f"{label:28} p50 {p50:6.2f} ms  p95 {p95:6.2f} ms  {quality}")


def fitting(text: str, names: list[list[str]]) -> int:
    """Return how many names have all the words, the last one perhaps going on."""
    *begun, last = asked_words(text)
    return sum(all(word in words for word in begun) and any(word.startswith(last) for word in words) for words in names)


def measure(market: Market, documents: list[Document], dice: random.Random, questions: int) -> None:
    """Ask and print."""
    twins: dict[object, set[str]] = {}
    for document in documents:
        twins.setdefault(document["name"], set()).add(str(document["id"]))
    names = [asked_words(str(document["name"])) for document in documents]
    for label, question in KINDS.items():
        times, ten, first, asked = [], 0, 0, 0
        while asked < questions:
            wanted = dice.choice(documents)
            text = question(asked_words(str(wanted["name"])), dice)
            if text is None or fitting(text, names) > FIRST:
                continue
            asked += 1
            begun = time.perf_counter()
            found = market.ask(text, facets=FACETS, bands=BANDS)
            times.append(time.perf_counter() - begun)
            shown = (*found.ids, *found.others)
            ten += bool(twins[wanted["name"]] & set(shown[:FIRST]))
            first += bool(twins[wanted["name"]] & set(shown[:1]))
        told(label, times, f"@10 {ten / asked:.3f}  @1 {first / asked:.3f}")
    narrowing = (OneOf("category", ("Kategori 1", "Kategori 2")), Between("price", 25_000, 99_999), Is("halal"))
    times = []
    for _ in range(questions):
        begun = time.perf_counter()
        market.ask("", facets=FACETS, bands=BANDS, filters=narrowing, sort=("price", "asc"))
        times.append(time.perf_counter() - begun)
    told("listing, 3 filters, by price", times)


@click.command()
@click.option("--products", default=10_000, show_default=True)
@click.option("--questions", default=300, show_default=True)
@click.option("--names", type=click.Path(exists=True, path_type=Path))
@click.option("--seed", default=5, show_default=True)
def main(products: int, questions: int, names: Path | None, seed: int) -> None:
    """Build an index in a temporary folder, ask, change it, and print."""
    dice = random.Random(seed)
    real = [row["name"] for row in csv.DictReader(names.open(encoding="utf-8"))] if names else []
    documents = list(goods(products, real, dice))
    with tempfile.TemporaryDirectory() as folder:
        market = Market(Path(folder), FIELDS)
        before = memory()
        begun = time.perf_counter()
        market.open_with(documents)
        click.echo(f"built with {len(documents)} products in {time.perf_counter() - begun:.2f} s")
        begun = time.perf_counter()
        market.ask("kripk")
        click.echo(f"first question, with counting words and filing the speller: {time.perf_counter() - begun:.2f} s")
        measure(market, documents[: len(real)] or documents, dice, questions)
        changes, questions_after = [], []
        for document in documents[:100]:
            begun = time.perf_counter()
            market.bring(document)
            changes.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            market.ask("keripik pisang", facets=FACETS, bands=BANDS)
            questions_after.append(time.perf_counter() - begun)
        told("one product changed", changes)
        told("the question after it", questions_after)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        click.echo(f"{size / 2**20:.1f} MiB on disk, {memory() - before:.0f} MiB more memory at the highest")


def memory() -> float:
    """Return the highest memory of this process so far, in MiB."""
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main()
