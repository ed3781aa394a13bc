"""A market of Jakarta's small makers, searched through real index files in a temporary folder."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from search.embedded.engine import Embedded
from search.question import Found, Query
from search.shape import Field, Shape, shape_of
from search.slots import Document, Value

FIELDS = (
    Field("name", "text", weight=5),
    Field("about", "text"),
    Field("category", "keyword", facet=True),
    Field("kecamatan", "keyword", facet=True),
    Field("price", "number", facet=True, sort=True),
    Field("halal", "flag", facet=True),
)


class Market:
    """An index of goods by name, and the questions that shoppers put to it."""

    def __init__(self, folder: Path, fields: tuple[Field, ...] = FIELDS) -> None:
        self.folder = folder
        self.engine = Embedded(folder)
        self.shape: Shape = shape_of(fields)

    def open_with(self, goods: Iterable[Document | str]) -> int:
        return self.engine.rebuild("goods", self.shape, map(described, goods))

    def bring(self, *goods: Document | str) -> None:
        self.engine.apply("goods", self.shape, map(described, goods), ())

    def take_away(self, *names: str) -> None:
        self.engine.apply("goods", self.shape, (), names)

    def ask(self, text: str = "", **more: object) -> Found:
        return self.engine.search("goods", self.shape, Query(text=text, **more))  # type: ignore[arg-type]

    def find(self, text: str = "", **more: object) -> list[str]:
        return list(self.ask(text, **more).ids)


def described(good: Document | str) -> Document:
    """Give a document whose id is its name, so that answers can be read."""
    held: dict[str, Value] = {"name": good, "id": good} if isinstance(good, str) else dict(good)
    return {"id": held["name"], **held}


def good(name: str, **fields: Value) -> Document:
    """Describe one thing for sale."""
    return {"id": name, "name": name, **fields}


@pytest.fixture
def empty_market(tmp_path: Path) -> Market:
    """Give a market that has never opened."""
    return Market(tmp_path / "search")


@pytest.fixture
def market(empty_market: Market) -> Market:
    """Give a market with goods that are easily taken for each other."""
    empty_market.open_with(
        (
            "Keripik Pisang Cokelat 200 g",
            "Keripik Tempe Daun Jeruk",
            "Kripik Singkong Balado",
            "Kerupuk Kulit Sapi",
            "Sambal Cabai Hijau",
            "Saus Tomat Pedas",
            "Bakso Sapi Beku",
            "Kopi Susu Gula Aren 250ml",
            "Kopi Bubuk Robusta",
            "Jahe Merah Bubuk",
            "Kue Kering Nastar",
            "Kue Basah Klepon",
            "Cookies Kacang Mete",
            "Kemeja Batik Pria",
            "Meja Lipat Kayu Jati",
            "Rambutan Rapiah Segar",
            "Minyak Rambut Urang Aring",
            "Tas Rajut Anak",
            "Tas Rotan Bulat Coklat",
            "Tasbih Kayu Kokka",
            "Dompet Rajutan Tangan",
            "Baju Anak-anak Motif Ondel-ondel",
            "Mainan Kayu Edukatif",
            "T-shirt Betawi Lucu",
            "Kain Batik Tulis Betawi",
            "Bir Pletok Botol",
            "Café Latte Botolan",
            "Snackbox Rapat Isi 3",
            "Kalung Manik Etnik",
            "Sabun Sereh Alami",
        )
    )
    return empty_market
