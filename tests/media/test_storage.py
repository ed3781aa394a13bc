"""One contract for every storage: a folder, and real S3 servers on the loopback address."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.media import adapters, queries, services
from marketplace.media.adapters import S3, Folder, _bucket
from marketplace.media.slots import Storage, StorageAway
from marketplace.testing.plugin import Live
from tests.factories.media import photo
from tests.factories.ports import free_port

PATIENCE = 120
SOON = 20
"""Seconds in which even a slow machine has given up; the dripping answer takes eight minutes to its end."""
KEY = "seller/1/s/AAAAAAAAAAAAAAAAAAAAAA-320.webp"
ID, SECRET, BUCKET = "AKIAEXAMPLE", "a-secret-for-tests-only", "jakpreneur"


def started(command: list[str], port: int, environ: dict[str, str]) -> Iterator[str]:
    server = subprocess.Popen(
        command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, "the server ended"
                assert time.monotonic() < give_up, "the server does not listen"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server on a slow machine answer in its own time."""
    monkeypatch.setattr(adapters, "GET_SECONDS", PATIENCE)
    monkeypatch.setattr(adapters, "PUT_SECONDS", PATIENCE)


def bucket_at(endpoint: str) -> S3:
    made = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=ID, aws_secret_access_key=SECRET
    )
    made.create_bucket(Bucket=BUCKET)
    made.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapters, "CONNECT_SECONDS", PATIENCE)
        patch.setattr(adapters, "READ_SECONDS", PATIENCE)
        return _bucket(endpoint, BUCKET, "us-east-1", ID, SECRET)


@pytest.fixture(scope="module")
def nanio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    port, folder = free_port(), tmp_path_factory.mktemp("nanio")
    program = str(Path(sys.executable).with_name("nanio"))
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), "--data-dir", str(folder)]
    for endpoint in started(command, port, {"NANIO_ACCESS_KEY": ID, "NANIO_SECRET_KEY": SECRET}):
        yield bucket_at(endpoint)


@pytest.fixture(scope="module")
def moto() -> Iterator[S3]:
    port = free_port()
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    for endpoint in started(command, port, {}):
        yield bucket_at(endpoint)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, "secret")


@pytest.fixture(params=["folder", "nanio", "moto"])
def storage(request: pytest.FixtureRequest) -> Storage:
    found: Storage = request.getfixturevalue(request.param)
    return found


@pytest.mark.usefixtures("patient")
def test_what_is_put_comes_back_whole(storage: Storage) -> None:
    storage.put(KEY, b"one", "image/webp")
    storage.put(KEY, b"two", "image/webp")
    assert storage.get(KEY) == b"two"
    storage.drop(KEY)
    assert storage.get(KEY) is None
    storage.drop(KEY)


@pytest.mark.usefixtures("patient")
def test_a_link_of_s3_opens_one_file_until_its_end(nanio: S3) -> None:
    nanio.put(KEY, b"private", "image/webp")
    link = nanio.link(KEY, 60)
    assert fetched(link) == (200, b"private")
    assert fetched(link.replace("-320.webp", "-160.webp"))[0] == 403
    assert fetched(link.split("?")[0])[0] == 403
    over = nanio.link(KEY, 1)
    time.sleep(2.1)  # the server's own clock decides here
    assert fetched(over)[0] == 403


def fetched(link: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(link, timeout=PATIENCE) as answer:  # noqa: S310 - http of our own server
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code, b""


ACTS: list[Callable[[Storage], object]] = [
    lambda storage: storage.put(KEY, b"x", "image/webp"),
    lambda storage: storage.get(KEY),
    lambda storage: storage.drop(KEY),
]


@pytest.mark.parametrize("act", ACTS)
def test_an_s3_that_is_not_there_says_so_at_once(act: Callable[[Storage], object]) -> None:
    storage = _bucket(f"http://127.0.0.1:{free_port()}", BUCKET, "us-east-1", ID, SECRET)
    begun = time.monotonic()
    with pytest.raises(StorageAway):
        act(storage)
    assert time.monotonic() - begun < SOON


@pytest.mark.parametrize("drips", [False, True], ids=["silent", "dripping"])
def test_an_s3_that_hangs_holds_nobody_for_long(drips: bool) -> None:
    """R13.2: three tries end in time; then nobody waits at all, until half a minute is over and one may try."""
    with hanging(drips=drips) as (port, asked):
        storage = _bucket(f"http://127.0.0.1:{port}", BUCKET, "us-east-1", ID, SECRET)
        for _turn in range(5):
            begun = time.monotonic()
            with pytest.raises(StorageAway):
                storage.get(KEY)
            assert time.monotonic() - begun < SOON
    assert len(asked) == adapters.FAILURES


def test_after_a_pause_one_call_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "PAUSE_SECONDS", 0.05)
    breaker = adapters.Breaker()
    for _turn in range(adapters.FAILURES):
        assert breaker.lets_through()
        breaker.failed()
    assert not breaker.lets_through()
    time.sleep(0.06)
    assert [breaker.lets_through(), breaker.lets_through()] == [True, False]
    breaker.answered()
    assert all(breaker.lets_through() for _turn in range(5))


@contextlib.contextmanager
def hanging(*, drips: bool) -> Iterator[tuple[int, list[socket.socket]]]:
    """Give the port of a server that takes every question and does not end its answer, and the lines that it has."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()
        held: list[socket.socket] = []

        def serve() -> None:
            listener.settimeout(0.05)
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    line, _where = listener.accept()
                    held.append(line)
                    if drips:
                        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
                for line in held if drips else ():
                    with contextlib.suppress(OSError):
                        line.sendall(b".")
            for line in held:
                line.close()

        server = threading.Thread(target=serve)
        server.start()
        try:
            yield int(listener.getsockname()[1]), held
        finally:
            over.set()
            server.join()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "seller").write_text("in the way", encoding="ascii")
    storage = Folder(tmp_path, "secret")
    with pytest.raises(StorageAway):
        storage.put(KEY, b"x", "image/webp")
    assert storage.get(KEY) is None


def test_a_folder_takes_no_key_but_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a key"):
        Folder(tmp_path, "secret").get("../secret")


@pytest.mark.usefixtures("patient")
def test_a_site_with_a_bucket_keeps_and_serves_its_pictures_there(nanio: S3, make_live: Callable[..., Live]) -> None:
    endpoint = str(nanio.client.meta.endpoint_url)
    site = make_live(S3_ENDPOINT=endpoint, S3_BUCKET=BUCKET, S3_ACCESS_KEY_ID=ID, S3_SECRET_ACCESS_KEY=SECRET)
    with site.app.app_context():
        picture_id = services.store_image(photo(), owner="seller/1", alt="Keripik", by=SYSTEM)
        picture = queries.pictures([picture_id])[picture_id]
        answer = site.app.test_client().get(picture.src)
        assert (answer.status_code, answer.mimetype, answer.data[:4]) == (200, "image/webp", b"RIFF")
        assert not (site.folder / "media").exists()
        session.remove()


def test_a_file_of_another_plugin_has_a_key_that_is_kept_and_never_a_picture_s(tmp_path: Path) -> None:
    shelf, key = Folder(tmp_path, SECRET), queries.private_file("seller/1", "a" * 32)
    shelf.put(key, b"%PDF-", "application/pdf")
    assert (shelf.get(key), key) == (b"%PDF-", f"seller/1/s/{'a' * 32}.pdf")
    for owner, name in (
        ("seller/../1", "a" * 32),
        ("Seller", "a" * 32),
        ("seller/1", "a" * 8),
        ("seller/1", "../" * 10),
    ):
        with pytest.raises(ValueError, match="small letters"):
            queries.private_file(owner, name)
    with pytest.raises(ValueError, match="not a key"):
        shelf.put(key.replace("/s/", "/p/"), b"", "application/pdf")
