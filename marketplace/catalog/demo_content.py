"""The invented goods of a demo site, drawn from hand-written kinds; the same for the same seed, every name its own."""

import csv
import itertools
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

DATA = Path(__file__).parent / "demo_data"
NEAR = {
    "kuliner-siap-saji": ("kudapan-snack-box", "makanan-kemasan"),
    "kudapan-snack-box": ("makanan-kemasan", "kuliner-siap-saji"),
    "makanan-kemasan": ("kudapan-snack-box", "minuman-kemasan"),
    "minuman-kemasan": ("makanan-kemasan",),
    "fesyen": ("kriya", "rumah-tangga"),
    "kriya": ("rumah-tangga", "fesyen"),
    "parfum-perawatan": ("rumah-tangga", "kriya"),
    "urban-farming": ("makanan-kemasan",),
    "perikanan-olahan": ("makanan-kemasan",),
    "rumah-tangga": ("kriya",),
    "jasa": ("atk-perlengkapan-rapat",),
    "atk-perlengkapan-rapat": ("jasa", "kriya"),
}
STEP = 500
_OF_A_KITCHEN = (
    "Rumahan", "Resep Ibu", "Spesial", "Dapur Sendiri", "Mpok Nur", "Bu Yati", "Tanpa Pengawet", "Resep Nenek", "Istimewa",
    "Mak Ijah", "Juara", "Bang Jali", "Premium", "Hemat", "Umi Salamah", "Favorit Kantor", "Mantap", "Pak Haji",
)  # fmt: skip
_OF_A_WORKSHOP = (
    "Buatan Tangan", "Klasik", "Seri Jakarta", "Warna Alam", "Edisi Kota Tua", "Minimalis", "Premium", "Cerah", "Seri Pesisir",
    "Pesan Nama", "Halus", "Hemat", "Motif Tumpal", "Anggun", "Ringan", "Serbaguna",
)  # fmt: skip
_OF_A_GARDEN = (
    "Panen Sendiri", "Segar Pagi", "Kebun Atap", "Pilihan", "Tanpa Pestisida", "Gang Hijau", "Hemat", "Organik", "Unggul",
    "Kebun Warga",
)  # fmt: skip
_OF_A_SERVICE = (
    "Lengkap", "Hari Kerja", "Ekonomis", "Akhir Pekan", "Kilat", "Rapi", "Langganan", "Premium", "Hemat", "Ramah",
)  # fmt: skip
_FOR_USE = ("Praktis", "Hemat", "Pilihan", "Premium", "Isi Lebih", "Standar", "Kuat", "Serbaguna", "Ekonomis", "Rapi")
ADDED = {
    "": _OF_A_WORKSHOP,
    "kuliner-siap-saji": _OF_A_KITCHEN,
    "kudapan-snack-box": _OF_A_KITCHEN,
    "makanan-kemasan": _OF_A_KITCHEN,
    "minuman-kemasan": _OF_A_KITCHEN,
    "perikanan-olahan": _OF_A_KITCHEN,
    "urban-farming": _OF_A_GARDEN,
    "parfum-perawatan": _FOR_USE,
    "rumah-tangga": _FOR_USE,
    "atk-perlengkapan-rapat": _FOR_USE,
    "jasa": _OF_A_SERVICE,
}
"""What makers add to a name, by top category: two shops that sell the same thing tell theirs apart so."""
KEEPING = {
    "kuliner-siap-saji": (
        "Paling enak dimakan di hari yang sama.",
        "Tulis jam acara di catatan pesanan supaya tiba tepat waktu.",
        "Sendok dan tisu kami sertakan bila diminta.",
        "Dimasak sesudah pesanan masuk, tidak ada yang menginap.",
    ),
    "kudapan-snack-box": (
        "Simpan di tempat sejuk dan habiskan dalam sehari.",
        "Tanpa pengawet, jadi jangan disimpan sampai besok.",
        "Bisa dicampur dengan kue lain, cukup tulis di catatan.",
        "Diantar paling lambat tiga puluh menit sebelum acara.",
    ),
    "makanan-kemasan": (
        "Tutup rapat sesudah dibuka.",
        "Tanggal kedaluwarsa tercetak di belakang kemasan.",
        "Simpan di tempat kering, jauh dari matahari.",
        "Dikemas rangkap supaya aman di jalan.",
    ),
    "minuman-kemasan": (
        "Kocok dulu sebelum diminum.",
        "Periksa segel tutup waktu menerima.",
        "Sesudah dibuka simpan di kulkas.",
        "Ada harga khusus untuk pesanan rapat.",
    ),
    "fesyen": (
        "Cuci dengan tangan dan jemur di tempat teduh.",
        "Tukar ukuran boleh dalam tujuh hari.",
        "Warna di layar bisa sedikit berbeda dari aslinya.",
        "Setrika dari sisi dalam.",
    ),
    "kriya": (
        "Dikerjakan dengan tangan, jadi tiap buah sedikit berbeda.",
        "Dikemas dengan kotak tebal.",
        "Bisa diberi nama untuk pesanan dua puluh buah.",
    ),
    "urban-farming": (
        "Dipanen atau disiapkan pagi hari pengiriman.",
        "Kebunnya boleh dikunjungi setiap Sabtu.",
        "Bila layu saat tiba, kirim foto dan kami ganti.",
    ),
    "perikanan-olahan": (
        "Simpan beku kalau tidak dimasak hari ini.",
        "Dikemas vakum dua lapis.",
        "Dikirim dengan es, khusus wilayah Jakarta.",
    ),
    "jasa": (
        "Jadwal dipastikan lewat WhatsApp.",
        "Pembatalan sampai sehari sebelumnya tidak dikenai biaya.",
        "Nota dan kuitansi kami siapkan.",
    ),
    "atk-perlengkapan-rapat": (
        "Contoh bisa dikirim sebelum pesanan besar.",
        "Cetak nama instansi untuk pesanan lima puluh buah.",
        "Kuitansi kami siapkan.",
    ),
}
"""What is said at the end, of goods of a top category; the name decides which."""


class ShopLike(Protocol):
    """What the goods need to know of a shop."""

    @property
    def name(self) -> str:
        """The shop's name."""

    @property
    def category(self) -> str:
        """The top category that most of its goods belong to."""


@dataclass(frozen=True)
class Kind:
    """A hand-written kind of goods, from which several products are drawn."""

    category: str
    name: str
    kinds: tuple[str, ...]
    sizes: tuple[str, ...]
    low: int
    high: int
    unit: str
    grams: int
    lead: int
    least: int
    motif: str
    description: str


@dataclass(frozen=True, kw_only=True)
class DemoVariant:
    """A size or colour with its own price in rupiah, weight in grams and stock (0 when made to order)."""

    name: str
    price: int
    grams: int
    stock: int


@dataclass(frozen=True, kw_only=True)
class DemoProduct:
    """An invented product of the shop at that place in the list; ``motif`` and ``tone`` draw its picture."""

    shop: int
    category: str
    name: str
    description: str
    unit: str
    least: int
    lead_days: int
    made_to_order: bool
    halal: str
    halal_number: str | None
    pirt: str | None
    domestic: bool
    motif: str
    tone: int
    variants: tuple[DemoVariant, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class DemoCategory:
    """A category; ``below`` are the second level."""

    slug: str
    name_id: str
    name_en: str
    food: bool
    default_unit: str
    tax_kind: str
    below: tuple["DemoCategory", ...] = ()


# Goods that the documents speak of: shop, category, name, price in rupiah, grams.
FIXED = (
    (0, "sambal-bumbu", "Bawang Goreng Kamal Renyah 250 g", 38000, 250),
    (2, "nasi-kotak", "Nasi Kotak Ayam Bakar Betawi", 32000, 450),
    (3, "bir-pletok-wedang", "Bir Pletok Botol 500 ml", 25000, 500),
    (4, "batik-betawi", "Kemeja Batik Betawi Nusa Kelapa", 185000, 300),
    (1, "suvenir", "Gantungan Kunci Ondel-ondel", 15000, 30),
    (5, "keripik-kerupuk", "Kembang Goyang Keju 200 g", 22000, 200),
)


@cache
def categories() -> tuple[DemoCategory, ...]:
    """Return the tree of categories: the program's own list, not only the demo's."""
    found: list[dict[str, Any]] = json.loads((DATA / "categories.json").read_text(encoding="utf-8"))
    return tuple(
        DemoCategory(
            one["slug"], one["name_id"], one["name_en"], one["food"], one["default_unit"], one["tax_kind"],
            # What is below stands to taxes as what is above, unless it says so itself.
            tuple(
                DemoCategory(slug, ours, theirs, one["food"], one["default_unit"], *(own or [one["tax_kind"]]))
                for slug, ours, theirs, *own in one["below"]
            ),
        )
        for one in found
    )  # fmt: skip


@cache
def kinds() -> dict[str, list[Kind]]:
    """Return the kinds of goods by top category."""
    tops = {below.slug: top.slug for top in categories() for below in top.below}
    found: dict[str, list[Kind]] = {}
    with (DATA / "kinds.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source, delimiter="|"):
            kind = Kind(
                row["category"], row["name"], _words(row["kinds"]), _words(row["sizes"]), int(row["low"]), int(row["high"]),
                row["unit"], int(row["grams"]), int(row["lead"]), int(row["min"]), row["motif"], row["description"],
            )  # fmt: skip
            found.setdefault(tops[kind.category], []).append(kind)
    return found


def products(seed: int, shops: Sequence[ShopLike], count: int = 1056) -> list[DemoProduct]:
    """Return so many products, spread over the shops by what they make; names are distinct."""
    draw = random.Random(seed)  # noqa: S311 - demo data, the same for the same seed
    taken: set[str] = set()
    made = [_fixed(draw, *facts) for facts in FIXED]
    taken.update(one.name for one in made)
    drawings = [_ideas(draw, shop) for shop in shops]
    for at in itertools.islice(itertools.cycle(range(len(shops))), count - len(made)):
        top, kind, flavour = next(drawings[at])
        name = _free_name(f"{kind.name} {flavour}", top, at, taken)
        taken.add(name)
        made.append(_made(draw, at, top, kind, name, flavour))
    return made


def _ideas(draw: random.Random, shop: ShopLike) -> Iterator[tuple[str, Kind, str]]:
    """Give what a shop makes: its own trade first and over again, with something from next door now and then."""
    own = [(shop.category, kind, flavour) for kind in kinds()[shop.category] for flavour in kind.kinds]
    near = [(top, kind, flavour) for top in NEAR[shop.category] for kind in kinds()[top] for flavour in kind.kinds]
    draw.shuffle(own)
    draw.shuffle(near)
    while True:
        for number, idea in enumerate(own):
            yield idea
            if number % 4 == 3:  # noqa: PLR2004 - a fifth from next door
                yield near[number % len(near)]


def _free_name(name: str, top: str, shop: int, taken: set[str]) -> str:
    """Return a name that nobody has yet: as it is, or with what a maker would add to tell hers from the neighbour's."""
    added = ADDED.get(top, ADDED[""])
    turned = (*added[shop % len(added) :], *added[: shop % len(added)])
    candidates = itertools.chain(
        (name,), (f"{name} {one}" for one in turned), (f"{name} {number}" for number in itertools.count(2))
    )
    return next(one for one in candidates if one not in taken)


def _made(draw: random.Random, shop: int, top: str, kind: Kind, name: str, flavour: str) -> DemoProduct:
    sizes = kind.sizes or ("",)
    place = kind.kinds.index(flavour) / max(len(kind.kinds) - 1, 1)
    base = kind.low + (kind.high - kind.low) * (0.15 + 0.5 * place + 0.2 * draw.random()) / (
        1 if len(sizes) == 1 else 1.6
    )
    sized = len(sizes) > 1 and kind.category not in _CLOTHES
    made_to_order = kind.lead > 0
    variants = tuple(
        DemoVariant(
            name=size,
            price=_step(base * (1 + 0.8 * number if sized else 1)),
            grams=round(kind.grams * (1 + 0.9 * number if sized else 1)),
            stock=0 if made_to_order else draw.choice((0, 4, 9, 15, 24, 40, 60, 120)),
        )
        for number, size in enumerate(sizes)
    )
    return _product(draw, shop, top, kind, name, _told(top, kind, flavour, name), variants)


_CLOTHES = ("tas-sepatu", "kaos-kemeja", "batik-betawi", "hijab-busana-muslim")


def _told(top: str, kind: Kind, flavour: str, name: str) -> str:
    """Describe a product: its kind, what sets its flavour apart, how to keep it."""
    endings = KEEPING.get(top, ("",))
    ending = endings[sum(name.encode()) % len(endings)]
    return " ".join(part for part in (kind.description, _notes().get((kind.name, flavour), ""), ending) if part)


@cache
def _notes() -> dict[tuple[str, str], str]:
    """Return what is said of one flavour of a kind, by the names of both."""
    with (DATA / "notes.csv").open(encoding="utf-8", newline="") as source:
        return {(row["name"], row["flavour"]): row["note"] for row in csv.DictReader(source, delimiter="|")}


def _fixed(draw: random.Random, shop: int, category: str, name: str, price: int, grams: int) -> DemoProduct:
    top, kind = next(
        (top, kind)
        for top, found in kinds().items()
        for kind in found
        if kind.category == category and name.startswith(kind.name)
    )
    variant = DemoVariant(name="", price=price, grams=grams, stock=0 if kind.lead else 60)
    flavour = next((one for one in kind.kinds if one in name), "")
    return _product(draw, shop, top, kind, name, _told(top, kind, flavour, name), (variant,))


def _product(
    draw: random.Random, shop: int, top: str, kind: Kind, name: str, description: str, variants: tuple[DemoVariant, ...]
) -> DemoProduct:
    food = next(one.food for one in categories() if one.slug == top)
    halal = "not_subject"
    if food:
        halal = draw.choices(("certified", "in_process", "non_halal_declared"), (95, 4, 1))[0]
    return DemoProduct(
        shop=shop,
        category=kind.category,
        name=name,
        description=description,
        unit=kind.unit,
        least=kind.least,
        lead_days=kind.lead,
        made_to_order=kind.lead > 0,
        halal=halal,
        halal_number=f"ID3111{draw.randrange(10**13):013d}" if halal == "certified" else None,
        pirt=f"2{draw.randrange(10**12):012d}-31" if food and top in ("makanan-kemasan", "minuman-kemasan") else None,
        domestic=draw.random() < 0.93,  # noqa: PLR2004 - most goods, not all
        motif=kind.motif,
        tone=draw.randrange(10**9),
        variants=variants,
    )


def _step(price: float) -> int:
    return max(STEP, round(price / STEP) * STEP)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(";") if word)
