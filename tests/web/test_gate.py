"""The gate: same-origin proof, hosts, sizes, methods, headers on every answer, and the cache class of a route."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from marketplace.kernel import ids
from marketplace.kernel.plugin import enter
from marketplace.testing.plugin import Live

UNSAFE = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]
SAFE_PAGES = ("/", "/kategori", "/cari", "/gaya", "/tidak-ada", "/healthz")


@pytest.mark.parametrize("headers", UNSAFE)
def test_a_post_that_another_site_could_have_sent_is_refused(app: Flask, headers: dict[str, str]) -> None:
    """Guard (R26.3): the proof of our own page."""
    assert app.test_client().post("/keranjang", headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_a_post_from_our_own_pages_reaches_its_view(app: Flask, headers: dict[str, str]) -> None:
    assert app.test_client().post("/keranjang", headers=headers).status_code != 403


def test_a_host_that_is_not_ours_is_refused(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400


def test_a_body_over_the_route_s_limit_is_refused_before_it_is_read(client: FlaskClient) -> None:
    """Guard (R26.3): the size of a body."""
    assert client.post("/keranjang", data={"varian": "x" * (1024 * 1024 + 1)}).status_code == 413


def test_nobody_gets_a_crash_out_of_what_they_send(client: FlaskClient) -> None:
    client.set_cookie("tamu", "a-guest")
    bottomless = '{"reachable":' + "[" * 3000 + "]" * 3000 + "}"
    assert client.post("/masuk", data=bottomless, content_type="application/json").status_code == 400
    cursor = base64.urlsafe_b64encode(b"[" * 3000).decode()
    assert client.get(f"/pesanan?hal={cursor}").status_code == 404
    nul = {"name": "a\0b", "reachable": "siti@contoh.example", "password": "sepuluh kata sandi"}
    assert client.post("/daftar", json=nul).status_code == 422
    half = '{"name": "a\\ud800b", "reachable": "siti@contoh.example", "password": "sepuluh kata sandi"}'
    assert client.post("/daftar", data=half, content_type="application/json").status_code == 422
    assert client.post("/masuk", data={"": "x"}).status_code == 422
    assert "Project-Id-Version" not in client.post("/masuk", data={"": "x"}).text
    flood = "&".join(f"a{number}=" for number in range(60_000))
    asked = client.post("/masuk", data=flood, content_type="application/x-www-form-urlencoded")
    assert asked.status_code == 413
    assert len(asked.data) < 20_000


@pytest.mark.parametrize("path", SAFE_PAGES)
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_program_gets_a_problem_document_and_a_person_a_page(client: FlaskClient) -> None:
    machine = client.get("/api/v1/tidak-ada")
    assert machine.status_code == 404
    assert machine.mimetype == "application/problem+json"
    assert json.loads(machine.text)["status"] == 404
    person = client.get("/tidak-ada")
    assert person.status_code == 404
    assert "<h1" in person.text


def test_a_problem_document_is_named_and_told_in_english_unless_asked_otherwise(client: FlaskClient) -> None:
    missing = json.loads(client.get("/api/v1/tidak-ada").text)
    assert missing["title"] == "Not Found"
    assert missing["detail"].startswith("There is nothing at this address")
    answer = client.get("/api/v1/products?warna=merah")
    unknown = json.loads(answer.text)
    assert answer.status_code == 422
    assert unknown["title"].startswith("Unprocessable")
    assert unknown["errors"]["warna"] == ["warna is not a field of this form."]
    said = client.get("/api/v1/products?warna=merah", headers={"Accept-Language": "id-ID,id;q=0.9"})
    assert json.loads(said.text)["errors"]["warna"] != unknown["errors"]["warna"]
    asked = client.get("/api/v1/tidak-ada?bahasa=id")
    assert json.loads(asked.text)["detail"].startswith("Tidak ada apa-apa")


def test_crawlers_are_told_what_is_theirs(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert "User-agent: *" in lines
    assert {"Disallow: /lapak", "Disallow: /akun", "Disallow: /pesanan", "Disallow: /keranjang"} <= set(lines)
    assert "Disallow: /" not in lines


def test_the_old_name_of_the_icon_leads_to_it(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 308
    assert client.get(answer.headers["Location"]).mimetype == "image/svg+xml"


def test_the_style_page_is_not_in_production(app: Flask, client: FlaskClient) -> None:
    registry = app.extensions["jkp"]
    live = replace(registry, settings=replace(registry.settings, environment="production"))
    enter(live)
    try:
        assert client.get("/gaya").status_code == 404
    finally:
        enter(registry)


def test_english_is_a_choice_that_is_remembered(client: FlaskClient) -> None:
    assert 'lang="id"' in client.get("/gaya").text
    assert 'lang="en"' in client.get("/gaya?bahasa=en").text
    assert 'lang="en"' in client.get("/gaya").text
    assert 'lang="id"' in client.get("/gaya?bahasa=xx").text


def test_assets_are_kept_for_a_year_under_their_hash_only(client: FlaskClient, app: Flask) -> None:
    shelf = app.extensions["jkp_shelf"]
    fresh = client.get(shelf.address("publik.css"))
    assert fresh.status_code == 200
    assert "immutable" in fresh.headers["Cache-Control"]
    assert client.get("/s/000000000000/publik.css").headers["Cache-Control"] == "no-cache"
    assert client.get(f"/s/{shelf.hash}/css/../../setup.cfg").status_code == 404


def public_pages(app: Flask) -> list[str]:
    from marketplace.kernel.routes import Cache, rules_of

    rules = rules_of(app)
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rules[rule.endpoint].cache is Cache.PUBLIC and not rule.arguments and "GET" in (rule.methods or ())
    ]


def test_a_public_page_has_the_same_bytes_for_everyone_and_sets_no_cookie(app: Flask) -> None:
    """R21.1: with no session, with a guest's cookie and with somebody's session the page is the same."""
    pages = public_pages(app)
    assert "/gaya" in pages
    for path in pages:
        strangers = app.test_client().get(path)
        guest, signed_in = app.test_client(), app.test_client()
        guest.set_cookie("tamu", "a-guest")
        signed_in.set_cookie("sesi", "a-session")
        assert guest.get(path).data == strangers.data == signed_in.get(path).data, path
        assert "Set-Cookie" not in strangers.headers, path
        assert signed_in.get(path).headers["Cache-Control"] == "no-store", path


def test_a_public_page_that_keeps_a_readers_choice_is_kept_by_nobody_else(app: Flask) -> None:
    for path in ("/gaya?bahasa=en", "/robots.txt?bahasa=id", "/gambar/pola/kerajinan-1.svg?bahasa=en"):
        answer = app.test_client().get(path)
        assert answer.headers["Set-Cookie"].startswith("bahasa=")
        assert answer.headers["Cache-Control"] == "no-store", path
    assert app.test_client().get("/gaya").headers["Cache-Control"] == "public, max-age=30"
    assert "Set-Cookie" not in app.test_client().get("/gaya?bahasa=xx").headers


@pytest.mark.parametrize(
    ("proxies", "seen", "secure"),
    [("0", "127.0.0.1", False), ("1", "203.0.113.9", True), ("2", "198.51.100.7", True)],
)
def test_the_address_of_a_reader_comes_from_our_own_proxies_only(
    make_live: Callable[..., Live], proxies: str, seen: str, secure: bool
) -> None:
    """Of the entries of the header only the last ones are ours: as many as we say there are proxies."""
    site = make_live(TRUSTED_PROXIES=proxies).app
    found = []
    site.before_request(lambda: found.append((request.remote_addr, request.is_secure)))
    told = {"X-Forwarded-For": "192.0.2.1, 198.51.100.7, 203.0.113.9", "X-Forwarded-Proto": "https, https"}
    site.test_client().get("/healthz", headers=told)
    assert found == [(seen, secure)]


@pytest.mark.parametrize(("proxies", "refused_elsewhere"), [("0", True), ("1", False)])
def test_tries_behind_a_proxy_count_for_each_address(
    make_live: Callable[..., Live], proxies: str, refused_elsewhere: bool
) -> None:
    site = make_live(TRUSTED_PROXIES=proxies).app

    def look_up(address: str) -> int:
        headers = {"X-Forwarded-For": address, "Sec-Fetch-Site": "same-origin"}
        asked = {"kode": ids.short_code(), "angka": "1234"}
        return site.test_client().post("/lacak", data=asked, headers=headers).status_code

    assert {look_up("203.0.113.9") for _ in range(10)} == {422}
    assert look_up("203.0.113.9") == 429
    assert (look_up("198.51.100.7") == 429) is refused_elsewhere


@pytest.mark.parametrize(
    "path", ["/bayar/AAAA2222?token=x", "/tidak-ada?token=x", "/sandbox/x", "/masuk/sandi-baru?token=x"]
)
def test_an_address_that_opens_something_is_named_to_nobody_even_by_its_error_page(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code in (404, 410)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert client.get("/tidak-ada").headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_htmx_is_told_to_go_where_a_form_leads(client: FlaskClient) -> None:
    plain = client.get("/akun")
    assert plain.status_code == 303
    asked = client.get("/akun", headers={"HX-Request": "true"})
    assert asked.status_code == 204
    assert asked.headers["HX-Redirect"].startswith("/masuk")
