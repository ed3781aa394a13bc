"""Who may do what, asked of every route: a small town of people and things, and the call of each by each (R15)."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from marketplace.accounts import services as people
from marketplace.accounts.queries import person_by
from marketplace.catalog import queries as catalog_queries
from marketplace.documents.queries import check_token
from marketplace.documents.services import draw
from marketplace.kernel import ids
from marketplace.kernel.access import PUBLIC, SYSTEM, Actor
from marketplace.kernel.db import db, session
from marketplace.kernel.outbox import relay
from marketplace.kernel.routes import rules_of
from marketplace.kernel.slots import demos
from marketplace.media.queries import pictures
from marketplace.notifications import queries as notifications
from marketplace.orders import queries as order_queries
from marketplace.orders import services as order_services
from marketplace.payments import queries as payment_queries
from marketplace.sellers.forms import PaperIn
from marketplace.sellers.queries import SellerCard, seller_by_code
from marketplace.sellers.services import show_paper, trust
from tests.architecture import buying, complaints, contents, eorders, opinions, purses, repeats
from tests.factories import catalog, documents, orders, sellers
from tests.factories.accounts import opened, person

HOST = "jakpreneur.example"
OFFICES = ("pp", "ppk", "penerima", "bendahara", "kecamatan", "dinas", "auditor", "admin")
ACTORS = ("guest", "stranger", "suspended", "pembeli", "pembeli2", "penjual", "penjual2", *OFFICES, *buying.ACTORS)
"""``guest`` has an order, ``stranger`` has nothing; ``suspended`` had everything a buyer has until just now."""
UNKNOWN, UNKNOWN_CODE, UNKNOWN_TOKEN = opinions.UNKNOWN, opinions.UNKNOWN_CODE, opinions.UNKNOWN_TOKEN
CALLS_OF_ONE_ROUTE = Mapping[str, Mapping[str, Any]]
PASSING = re.compile(r"[0-9A-Z]{8}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Town:
    """Cookies of everybody, and the parts of addresses that belong to somebody, by the arguments of routes."""

    app: Flask
    cookies: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    parts: dict[str, CALLS_OF_ONE_ROUTE] = field(default_factory=dict)
    queries: dict[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    bodies: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def client(self, who: str) -> FlaskClient:
        """Return a browser of an actor."""
        made = self.app.test_client()
        made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        if (cookie := self.cookies[who]) is not None:
            made.set_cookie(*cookie)
        return made


def settle(app: Flask) -> Town:
    """Plant the small demo and the things that the calls are about; everything here is committed."""
    planted: dict[str, Any] = {}
    for demo in demos:
        planted.update(demo.plant("small", 2026))
    town = Town(app)
    siti, bagus = (_found(planted["shops"][login]) for login in ("penjual", "penjual2"))
    for shop in (siti, bagus):
        trust(shop.id, True, by=SYSTEM)
    buyers = _people(town)
    _products(town, siti, bagus)
    opinions.reviewed(town, buyers["pembeli"])
    _orders(town, buyers, siti, bagus)
    opinions.wished(town, buyers, siti)
    _odds(town, siti, bagus)
    _papers(town)
    _invoice(town, buyers["pembeli"])
    _addresses(town, buyers)
    _told(town, buyers)
    purses.paid_out(town, siti)
    complaints.complained(town, buyers, siti, bagus)
    contents.certified(town, dict(_both(siti, bagus)))
    eorders.ordered(town, buying.two_offices(town), dict(_both(siti, bagus)))
    contents.published(town)
    return town


def _found(code: str) -> SellerCard:
    card = seller_by_code(code)
    assert card is not None
    return card


def _people(town: Town) -> dict[str, Actor]:
    second, gone = person("Budi Kedua"), person("Joko Lama")
    known = {login: person_by(f"{login}@{HOST}") for login in ("pembeli", "penjual", "penjual2", *OFFICES)}
    for login, known_id in {**known, "pembeli2": second, "suspended": gone}.items():
        assert known_id is not None
        town.cookies[login] = ("sesi", opened(known_id).token)
    guest_token = ids.token()
    town.cookies |= {"guest": ("tamu", guest_token), "stranger": None}
    return {
        "guest": Actor(kind="guest", guest_key=ids.token_hash(guest_token)),
        "pembeli": Actor(kind="person", id=known["pembeli"]),
        "pembeli2": Actor(kind="person", id=second),
        "suspended": Actor(kind="person", id=gone),
    }


def _products(town: Town, siti: SellerCard, bagus: SellerCard) -> None:
    mine = {name: catalog.product(catalog.listing(name=f"Tampah {name}"), of=shop) for name, shop in _both(siti, bagus)}
    for made in mine.values():
        orders.pictured(catalog.variants(made)[0])
    draft = catalog.product(catalog.listing(name="Tampah draf"), of=siti, published=False)
    waiting = catalog.product(
        catalog.listing(name="Tampah baru"), of=sellers.shop(name="Kebun Bu Ani", phone="081277776666")
    )
    seen = {name: catalog_queries.listing(one) for name, one in {**mine, "draft": draft}.items()}
    photos = {name: one.images[0].id for name, one in seen.items() if one is not None and one.images}
    codes = {name: one.code for name, one in seen.items() if one is not None}
    town.parts |= {
        "/lapak product_id": {name: {"product_id": one} for name, one in {**mine, "unknown": UNKNOWN}.items()},
        "/admin product_id": {"waiting": {"product_id": waiting}, "unknown": {"product_id": UNKNOWN}},
        "/lapak picture_id product_id": {
            **{name: {"product_id": mine[name], "picture_id": photos[name]} for name in mine},
            "penjual, photo of penjual2": {"product_id": mine["penjual"], "picture_id": photos["penjual2"]},
            "unknown": {"product_id": UNKNOWN, "picture_id": photos["penjual"]},
        },
        "/api code": {
            "on sale": {"code": codes["penjual"]},
            "draft": {"code": codes["draft"]},
            "unknown": {"code": UNKNOWN_CODE},
        },
        "/p name": {
            "on sale": {"name": f"{codes['penjual']}-tampah-penjual"},
            "draft": {"name": f"{codes['draft']}-tampah-draf"},
            "unknown": {"name": f"{UNKNOWN_CODE}-tampah"},
        },
        "/lapak variant_id": {
            **{name: {"variant_id": catalog.variants(one)[0]} for name, one in mine.items()},
            "unknown": {"variant_id": UNKNOWN},
        },
        "/keranjang variant_id": {
            "in the carts": {"variant_id": catalog.variants(mine["penjual"])[0]},
            "not in a cart": {"variant_id": catalog.variants(mine["penjual2"])[0]},
            "unknown": {"variant_id": UNKNOWN},
        },
        "/media key": {
            "public": {"key": pictures([photos["penjual"]])[photos["penjual"]].src.removeprefix("/media/")},
            "private": {"key": f"seller/{siti.id}/s/{UNKNOWN_TOKEN}-640.webp"},
            "unknown": {"key": f"seller/{siti.id}/p/{UNKNOWN_TOKEN}-640.webp"},
        },
    }


def _both(siti: SellerCard, bagus: SellerCard) -> tuple[tuple[str, SellerCard], ...]:
    return (("penjual", siti), ("penjual2", bagus))


def _orders(town: Town, buyers: dict[str, Actor], siti: SellerCard, bagus: SellerCard) -> None:
    by_shop = {name: catalog.basket(stock=50, name=f"Bakul {name}", of=shop) for name, shop in _both(siti, bagus)}
    codes = {name: orders.ordered(buyer, by_shop["penjual"]).code for name, buyer in buyers.items()}
    paid = {name: orders.paid(buyers["pembeli"], variant) for name, variant in by_shop.items()}
    people.suspend(buyers["suspended"].id or UNKNOWN, "Laporan pembeli", by=SYSTEM)
    reference = order_queries.own_order(codes["pembeli"], buyers["pembeli"]).reference
    charge = payment_queries.latest(reference)
    assert charge is not None
    assert charge.pay_path is not None
    in_carts = next(iter(town.parts["/keranjang variant_id"].values()))["variant_id"]
    assert isinstance(in_carts, UUID)
    for name in ("guest", "pembeli"):
        order_services.put(in_carts, 1, by=buyers[name])
    town.parts |= {
        "/pesanan code": {name: {"code": code} for name, code in {**codes, "unknown": UNKNOWN_CODE}.items()},
        "/program code": {name: {"code": code} for name, code in {**paid, "unknown": UNKNOWN_CODE}.items()},
        "/program part": {name: {"part": f"{code}-1"} for name, code in {**paid, "unknown": UNKNOWN_CODE}.items()},
        "/lapak code": {name: {"code": f"{code}-1"} for name, code in {**paid, "unknown": UNKNOWN_CODE}.items()},
        "/sandbox token": {
            "open": {"token": charge.pay_path.rpartition("/")[2]},
            "unknown": {"token": UNKNOWN_TOKEN},
        },
    }
    town.parts["/bayar code"] = town.parts["/pesanan code"]
    town.parts["/pesanan standing_id"] = repeats.stood(buyers, codes, UNKNOWN)
    town.bodies |= dict.fromkeys(("orders.stand", "orders.change_standing"), repeats.written())


def _odds(town: Town, siti: SellerCard, bagus: SellerCard) -> None:
    unchecked = sellers.shop(active=False, name="Warung Baru", phone="081255554444")
    waiting = show_paper(siti.id, PaperIn(jenis="halal", nomor="ID31110001"), by=SYSTEM)
    town.parts |= {
        "/admin paper_id": {"waiting": {"paper_id": waiting}, "unknown": {"paper_id": UNKNOWN}},
        "/berkas-toko paper_id": {"without a file": {"paper_id": waiting}, "unknown": {"paper_id": UNKNOWN}},
        "/admin seller_id": {"waiting": {"seller_id": unchecked.id}, "unknown": {"seller_id": UNKNOWN}},
        "/toko slug": {
            "open": {"slug": siti.slug},
            "unchecked": {"slug": unchecked.slug},
            "unknown": {"slug": "tidak-ada"},
        },
        "/kategori top": {"known": {"top": "kriya-uji"}, "unknown": {"top": "tidak-ada"}},
        "/kategori below top": {
            "known": {"top": "kriya-uji", "below": catalog.BASKETS},
            "elsewhere": {"top": "makanan-uji", "below": catalog.BASKETS},
            "unknown": {"top": "kriya-uji", "below": "tidak-ada"},
        },
        "/gambar category variant": {"any": {"category": "kriya-uji", "variant": 2}},
        "/s digest name": {
            "known": {"digest": "0" * 8, "name": "img/ikon.svg"},
            "unknown": {"digest": "0" * 8, "name": "tidak-ada.css"},
        },
        "/webhook gateway": {"unsigned": {"gateway": "sandbox"}, "unknown": {"gateway": "tidak-ada"}},
    }
    of_shop = {name: {"toko": shop.code} for name, shop in _both(siti, bagus)} | {"unknown": {"toko": UNKNOWN_CODE}}
    town.queries |= dict.fromkeys(
        (
            "catalog.lapak_new", "catalog.lapak_create", "catalog.lapak_stock", "catalog.lapak_count", "sellers.edit",
            "sellers.save", "sellers.save_leave", "sellers.papers", "sellers.show_paper", "delivery.settings", "delivery.save",
        ),
        of_shop,
    )  # fmt: skip
    kelurahan = "Johar Baru, Johar Baru, Jakarta Pusat"
    seen = {"seen": catalog.seen(town.parts["/admin product_id"]["waiting"]["product_id"]).isoformat()}
    town.bodies |= {
        "catalog.lapak_create": {
            "name": "Besek bambu", "category": catalog.BASKETS, "unit": "pcs", "variants-0-price_idr": "25.000",
        },
        "sellers.save": {
            "name": "Dapur Baru", "owner_name": "Siti Marlina", "phone": "081234567890", "kelurahan": kelurahan,
            "opening_days": "1",
        },
        "sellers.save_leave": {"aksi": "buka"},
        "sellers.show_paper": {"jenis": "nib", "nomor": "9120001112223"},
        "sellers.refuse_paper": {"reason": "Foto tidak terbaca sama sekali."},
        "delivery.save": {"options-0-ada": "1", "options-0-method": "pickup"},
        "catalog.lapak_count": {
            "baris-0-varian": str(town.parts["/lapak variant_id"]["penjual"]["variant_id"]),
            "baris-0-stok": "10", "baris-0-seen": "10", "baris-0-low": "2",
        },
        "orders.quantity": {"jumlah": "2"},
        "orders.put": {"varian": str(town.parts["/keranjang variant_id"]["not in a cart"]["variant_id"])},
        "catalog.accept": seen,
        "catalog.reject": {**seen, "reason": "Foto terlalu gelap untuk dilihat."},
        "orders.advance": {"ke": "accepted"},
        "orders.decline": {"alasan": "closed"},
        **dict.fromkeys(("orders.given_back", "orders.given_back_for"), purses.GIVEN_BACK),
        "orders.not_delivered": {"alasan": "nobody"},
        "orders.pay_again": {"gateway": "sandbox", "kunci": "sekali-saja-0001"},
        "payments.sandbox_decide": {"aksi": "paid"},
        "accounts.set_language": {"bahasa": "en"},
    }  # fmt: skip
    town.bodies["catalog.lapak_save"] = town.bodies["catalog.lapak_create"]
    town.bodies["sellers.open_shop"] = {**town.bodies["sellers.save"], "name": "Kedai Kedua"}


def _papers(town: Town) -> None:
    # Its kind leaves again, for no plugin brings one yet: whose papers are whose is asked in tests/documents.
    with documents.known(town.app, documents.LAYOUT):
        paper = documents.issued()
        draw(paper.id)
    town.parts |= {
        "/periksa token": {"genuine": {"token": check_token(paper.id)}, "unknown": {"token": UNKNOWN_TOKEN}},
        "/verifikasi-dokumen token": {"any": {"token": UNKNOWN_TOKEN}},
        "/dokumen paper_id": {"of a kind that left": {"paper_id": paper.id}, "unknown": {"paper_id": UNKNOWN}},
    }


def _invoice(town: Town, buyer: Actor) -> None:
    relay(10_000, seconds=240)
    code = str(town.parts["/lapak code"]["penjual"]["code"]).rpartition("-")[0]
    parts = [part.id for part in order_queries.own_order(code, buyer).parts]
    (invoice,) = (paper for papers in order_queries.papers_of(parts).values() for paper in papers)
    town.parts["/pesanan code paper_id"] = {
        "pembeli": {"code": code, "paper_id": invoice.id},
        "unknown": {"code": UNKNOWN_CODE, "paper_id": UNKNOWN},
    }


def _addresses(town: Town, buyers: dict[str, Actor]) -> None:
    home = people.Written(
        label="Rumah",
        recipient="Rina",
        phone="+6281234567890",
        kelurahan=orders.KELURAHAN,
        street="Jalan Percetakan 12",
    )
    known = {name: people.add_address(home, by=buyers[name]) for name in ("pembeli", "pembeli2")}
    town.parts |= {one: {"unknown": {"key": "tidak-ada"}} for one in ("/masuk key", "/akun key")}
    town.parts["/akun address_id"] = {name: {"address_id": one} for name, one in {**known, "unknown": UNKNOWN}.items()}
    written = {
        "sebutan": "Kantor", "nama": "Rina", "whatsapp": "081234567890", "kelurahan": "Johar Baru, Johar Baru, Jakarta Pusat",
        "alamat": "Jalan Percetakan Negara 12",
    }  # fmt: skip
    town.bodies |= {"accounts.add_address": written, "accounts.change_address": written}


def _told(town: Town, buyers: dict[str, Actor]) -> None:
    relay(10_000, seconds=240)
    letter = next(one for one in notifications.log(SYSTEM).items if one.channel == "mail")
    message = notifications.inbox(buyers["pembeli"]).groups[0].messages[0]
    town.parts["/program mail_id"] = {"a letter": {"mail_id": letter.id}, "unknown": {"mail_id": UNKNOWN}}
    town.bodies |= {
        "notifications.read": {"pesan": str(message.id)},
        "notifications.tell_again": {"alasan": "Pembeli tidak menemukan suratnya."},
    }


@dataclass(frozen=True)
class Call:
    """One route called in one way: ``about`` names the thing, empty when the route is about none."""

    endpoint: str
    method: str
    rule: str
    about: str
    path: str

    @property
    def name(self) -> str:
        """Return how the table names the route."""
        return f"{self.method} {self.rule}"


def calls(town: Town) -> Iterator[Call]:
    """Give every call of every route; KeyError for a route whose parts nobody has described here."""
    adapter = town.app.url_map.bind("localhost")
    for rule in sorted(town.app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        for about, (values, query) in _things(town, rule).items():
            path = adapter.build(rule.endpoint, {**values, **query}, method=methods[0])
            for method in methods:
                yield Call(rule.endpoint, method, rule.rule, about, path)


def _things(town: Town, rule: Rule) -> dict[str, tuple[Mapping[str, object], Mapping[str, str]]]:
    if rule.arguments:
        shared = f"/{rule.rule.split('/')[1]} {' '.join(sorted(rule.arguments))}"
        kind = rule.endpoint if rule.endpoint in town.parts else shared
        if kind not in town.parts:
            message = f"{rule.rule}: say in tests/architecture/matrix.py whose things {kind!r} are about"
            raise KeyError(message)
        return {about: (values, {}) for about, values in town.parts[kind].items()}
    if rule.endpoint in town.queries:
        return {about: ({}, query) for about, query in town.queries[rule.endpoint].items()}
    return {"": ({}, {})}


def ask(town: Town, call: Call, who: str, **headers: str) -> TestResponse:
    """Make a call as somebody; whatever it changed is taken back."""
    with taken_back(town.app):
        return town.client(who).open(
            call.path,
            method=call.method,
            data=dict(town.bodies.get(call.endpoint, {})) or None,
            headers=headers,
            buffered=True,  # what is sent while it is read belongs to this call, too
        )


@contextmanager
def taken_back(app: Flask) -> Iterator[None]:
    """Let the site work in one transaction that never commits."""
    connection = db.engine.connect()
    transaction = connection.begin()
    usual = app.extensions["jkp_binds"]
    app.extensions["jkp_binds"] = {"read": connection, "write": connection}
    try:
        yield
    finally:
        session.remove()
        transaction.rollback()
        connection.close()
        app.extensions["jkp_binds"] = usual


def steady(text: str, call: Call) -> str:
    """Return a page without the number of its request and without what was asked for."""
    path, _mark, query = call.path.partition("?")
    for asked in (path, query):
        text = text.replace(asked, "") if asked else text
    return PASSING.sub("", text)


@dataclass(frozen=True)
class Answer:
    """What came back; ``body`` without what differs from request to request."""

    status: int
    location: str
    body: str

    @property
    def said(self) -> str:
        """Return how the table names the answer: its status, or that it leads to the door."""
        return "sign in" if self.location.startswith("/masuk?lanjut=") else str(self.status)


def answers(town: Town) -> dict[Call, dict[str, Answer]]:
    """Make every call as everybody."""
    found: dict[Call, dict[str, Answer]] = {}
    for call in calls(town):
        found[call] = {}
        for who in ACTORS:
            response = ask(town, call, who)
            body = steady(response.text, call) if response.status_code == 404 else ""
            found[call][who] = Answer(response.status_code, response.headers.get("Location", ""), body)
    return found


def table(found: Mapping[Call, Mapping[str, Answer]]) -> dict[str, dict[str, dict[str, str]]]:
    """Return the matrix as it is checked in: route, thing, status, and who gets it."""
    written: dict[str, dict[str, dict[str, str]]] = {}
    for call, by_actor in found.items():
        statuses: dict[str, list[str]] = {}
        for who, answer in by_actor.items():
            statuses.setdefault(answer.said, []).append(who)
        whole = {status: "everyone" if len(who) == len(ACTORS) else " ".join(who) for status, who in statuses.items()}
        written.setdefault(call.name, {})[call.about or "-"] = whole
    return written


def is_public(town: Town, call: Call) -> bool:
    """Tell whether a route lets everyone in."""
    return rules_of(town.app)[call.endpoint].policy is PUBLIC


def rules(town: Town) -> Mapping[str, Any]:
    """Return the rules of all routes by endpoint."""
    return rules_of(town.app)
