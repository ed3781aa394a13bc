"""Coming in by an identity provider, against one of our own: proof of both sides, and never an account out of nothing."""

import http.client
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from sqlalchemy import func, select

from marketplace.accounts import queries, services
from marketplace.accounts.events import IdentityLinked
from marketplace.accounts.models import Identity, Person
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.db import session
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories.accounts import PASSWORD, person, signed_in
from tests.standins.oidc import CLIENT, SECRET, Provider

GUEST = Actor(kind="guest", guest_key="tamu")
BACK = "/masuk/lewat/sso/kembali"


@pytest.fixture
def provider(app: Flask, clock: TestClock, oidc_standin: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    settings = app.extensions["jkp"].settings
    told = {
        "OIDC_NAME": "Akun DKI",
        "OIDC_ISSUER": oidc_standin.address,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_DOMAINS": "contoh.example",
    }
    for name, value in told.items():
        monkeypatch.setitem(settings.extra, name, value)
    oidc_standin.back = f"{settings.public_base_url}{BACK}"
    return oidc_standin


def there(provider: Provider, address: str) -> str:
    """Be at the provider's sign-in page, and return where it sends this browser."""
    where = urlsplit(address)
    assert f"{where.scheme}://{where.netloc}" == provider.address
    line = http.client.HTTPConnection(where.netloc, timeout=10)
    line.request("GET", f"{where.path}?{where.query}")
    answer = line.getresponse()
    line.close()
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def come(client: FlaskClient, provider: Provider, onwards: str = "") -> str:
    led = client.get("/masuk/lewat/sso", query_string={"lanjut": onwards} if onwards else {})
    assert led.status_code == 303
    return str(client.get(there(provider, led.location)).location)


def who(client: FlaskClient) -> UUID | None:
    cookie = client.get_cookie("sesi")
    found = queries.presence(cookie.value) if cookie else None
    return found.actor.id if found else None


def links() -> list[tuple[str, UUID]]:
    return [(row.subject, row.person_id) for row in session.execute(select(Identity.subject, Identity.person_id))]


def test_a_proved_address_brings_its_person_in_and_links_them(
    client: FlaskClient, provider: Provider, outbox: Outbox
) -> None:
    siti = person(email="siti@contoh.example")
    assert "Akun DKI" in client.get("/masuk").text
    assert come(client, provider, "/akun/data") == "/akun/data"
    assert who(client) == siti
    assert links() == [("p-1", siti)]
    assert outbox.named(IdentityLinked) == [{"person_id": str(siti)}]
    client.post("/keluar", headers={"Sec-Fetch-Site": "same-origin"})
    provider.person = {"sub": "p-1"}
    come(client, provider)
    assert who(client) == siti, "the link is enough, whatever the address is by now"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"email": "budi@contoh.example"}, "there is no such account"),
        ({"email": "siti@contoh.example", "email_verified": False}, "the provider has not seen them read it"),
        ({"email": "laras@lain.example"}, "the domain is not in the list"),
        ({"email": "belum@contoh.example"}, "somebody joined with it who never proved it"),
        ({}, "no address at all"),
    ],
)
def test_nobody_comes_in_without_proof_and_no_account_is_made(
    client: FlaskClient, provider: Provider, told: dict[str, object], why: str
) -> None:
    """Guard (R26.3): whose account a provider opens."""
    person(email="siti@contoh.example")
    person(email="laras@lain.example")
    services.register(name="Belum", email="belum@contoh.example", password=PASSWORD, by=GUEST)
    before = session.scalar(select(func.count()).select_from(Person))
    provider.person = {"sub": "p-2", "email_verified": True, **told}
    assert come(client, provider) == "/masuk?kabar=lewat-siapa", why
    assert (who(client), links()) == (None, [])
    assert session.scalar(select(func.count()).select_from(Person)) == before


@pytest.mark.parametrize(
    "says",
    [
        {"iss": "https://lain.example"},
        {"aud": "aplikasi-lain"},
        {"aud": [CLIENT, "aplikasi-lain"]},
        {"nonce": "dari masuk yang lain"},
        {"exp": 1_000_000_000},
        {"sub": None},
    ],
)
def test_a_token_for_another_time_place_or_browser_proves_nothing(
    client: FlaskClient, provider: Provider, says: dict[str, object]
) -> None:
    """Guard (R26.3): what a token must say."""
    person(email="siti@contoh.example")
    provider.says = says
    assert come(client, provider) == "/masuk?kabar=lewat-batal"
    assert who(client) is None


def test_a_token_signed_by_another_key_proves_nothing(client: FlaskClient, provider: Provider) -> None:
    person(email="siti@contoh.example")
    provider.signs_with = ECKey.generate_key("P-256", {"kid": "satu"})
    assert come(client, provider) == "/masuk?kabar=lewat-batal"
    assert who(client) is None


def test_an_answer_to_another_browser_opens_nothing_here(app: Flask, client: FlaskClient, provider: Provider) -> None:
    """Guard (R26.3): the state of the browser that asked."""
    person(email="siti@contoh.example")
    led = client.get("/masuk/lewat/sso")
    back = there(provider, led.location)
    victim = app.test_client()
    assert victim.get(back).location == "/masuk?kabar=lewat-batal"
    victim.get("/masuk/lewat/sso")
    assert victim.get(back).location == "/masuk?kabar=lewat-batal"
    assert client.get(back).location == "/"
    assert client.get(back).location == "/masuk?kabar=lewat-batal", "once"


def test_the_second_step_is_asked_for_all_the_same(client: FlaskClient, provider: Provider) -> None:
    person(email="siti@contoh.example", grants=(Grant("admin"),))
    led = client.get("/masuk/lewat/sso")
    page = client.get(there(provider, led.location))
    assert (page.status_code, 'name="jalan"' in page.text) == (200, True)
    assert who(client) is None


def test_an_account_is_linked_from_its_own_page_by_its_password(client: FlaskClient, provider: Provider) -> None:
    siti = person(email="siti.lama@lain.example")
    signed_in(client, siti)
    provider.person = {"sub": "p-9"}
    assert client.post("/akun/lewat/sso", data={"password": "bukan sandinya"}).status_code == 422
    page = client.post("/akun/lewat/sso", data={"password": PASSWORD})
    address = page.text.split(f'href="{provider.address}')[1].split('"')[0].replace("&amp;", "&")
    done = client.get(there(provider, f"{provider.address}{address}"))
    assert done.location == "/akun/lewat/sso?kabar=tertaut"
    assert links() == [("p-9", siti)]
    assert [one["subject"] for one in queries.export_person(siti)["identities"]] == ["p-9"]
    assert "tertaut" in client.get(done.location).text
    assert client.post("/akun/lewat/sso/penghapusan").status_code == 303
    assert links() == []


def test_a_link_is_not_made_for_whoever_sits_there_by_then(client: FlaskClient, provider: Provider) -> None:
    siti, other = person(), person()
    signed_in(client, siti)
    page = client.post("/akun/lewat/sso", data={"password": PASSWORD})
    address = page.text.split(f'href="{provider.address}')[1].split('"')[0].replace("&amp;", "&")
    signed_in(client, other)
    assert client.get(there(provider, f"{provider.address}{address}")).location == "/masuk?kabar=lewat-batal"
    assert links() == []


def test_an_identity_belongs_to_one_account(client: FlaskClient, provider: Provider) -> None:
    siti, other = person(email="siti@contoh.example"), person()
    come(client, provider)
    signed_in(client, other)
    page = client.post("/akun/lewat/sso", data={"password": PASSWORD})
    address = page.text.split(f'href="{provider.address}')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(there(provider, f"{provider.address}{address}")).location == "/akun/lewat/sso?kabar=milik"
    assert links() == [("p-1", siti)]


def test_a_provider_that_is_away_or_leads_elsewhere_is_told_in_a_sentence(
    client: FlaskClient, provider: Provider
) -> None:
    person(email="siti@contoh.example")
    for doc in (
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": "https://lain.example/token"},
    ):
        provider.doc = doc
        assert come(client, provider) == "/masuk?kabar=lewat-batal", doc
    provider.doc = {"authorization_endpoint": "https://lain.example/masuk"}
    assert client.get("/masuk/lewat/sso").location == "/masuk?kabar=lewat-batal"
    provider.doc = {}
    provider.fault("503", path="/.well-known", times=1)
    assert client.get("/masuk/lewat/sso").location == "/masuk?kabar=lewat-pergi"
    assert "tidak menjawab" in client.get("/masuk?kabar=lewat-pergi").text
    asked = dict(parse_qsl(urlsplit(client.get("/masuk/lewat/sso").location).query))
    assert asked["code_challenge_method"] == "S256"


def test_without_a_provider_there_is_no_such_way(client: FlaskClient, clock: TestClock) -> None:
    assert client.get("/masuk/lewat/sso").status_code == 404
    assert "/masuk/lewat" not in client.get("/masuk").text
