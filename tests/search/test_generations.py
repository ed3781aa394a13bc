"""Index files: changes are seen at once and whole, a rebuild swaps, what is broken or outdated says so."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from search.embedded.disk import Place
from search.question import OneOf, Unavailable
from search.shape import Field, shape_of
from tests.search.conftest import FIELDS, Market, good

ROOT = Path(__file__).parents[2]


def test_what_is_taken_away_is_really_gone(market: Market) -> None:
    before = market.ask().total
    market.take_away("Sambal Cabai Hijau", "no such thing")
    assert market.find("cabai") == []
    assert market.ask().total == before - 1
    assert market.ask("sambal").suggestion != "sambal"


def test_what_is_brought_again_replaces_its_elder(market: Market) -> None:
    before = market.ask().total
    for price in (10, 20, 20):
        market.bring(good("Kopi Bubuk Robusta", about=f"harga{price}", price=price))
    assert market.ask().total == before
    assert market.find("harga10") == []
    assert market.find("harga20") == ["Kopi Bubuk Robusta"]


def test_an_id_of_many_shapes_deletes_only_itself(empty_market: Market) -> None:
    ids = [
        "1",
        "11",
        "01",
        "a-b",
        "a",
        "A",
        "018f2c3e-7d5a-7000-8000-00000000000a",
        "018f2c3e-7d5a-7000-8000-00000000000b",
    ]
    empty_market.open_with({"id": key, "name": "sabun"} for key in ids)
    for number, key in enumerate(ids, 1):
        empty_market.take_away(key)
        assert empty_market.ask("sabun").total == len(ids) - number


def test_a_reader_in_another_process_sees_each_change_at_its_next_question(market: Market) -> None:
    other = Market(market.folder)
    assert other.find("lampu") == []
    market.bring("Lampu Hias Bambu")
    assert other.find("lampu") == ["Lampu Hias Bambu"]
    assert other.find("lmapu") == ["Lampu Hias Bambu"], "its speller has learned the word"
    market.take_away("Lampu Hias Bambu")
    assert other.find("lampu") == []
    market.open_with(["Pot Tanah"])
    assert other.find() == ["Pot Tanah"]


def test_readers_always_see_a_whole_generation_while_it_is_changed_and_rebuilt(empty_market: Market) -> None:
    """A hundred goods of one colour are replaced by a hundred of another, over and over; no answer mixes them."""

    def painted(colour: str) -> list[dict[str, object]]:
        return [{"id": str(number), "name": f"cat {colour}", "category": colour} for number in range(100)]

    empty_market.open_with(painted("merah"))
    seen: list[set[object]] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        reader = Market(empty_market.folder)
        try:
            while not done.is_set():
                found = reader.ask("cat", facets=("category",), size=0)
                seen.append({(value, count) for value, count in found.facets["category"]})
        except BaseException as failure:  # noqa: BLE001 - shown by the assertion below
            failures.append(failure)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(12):
        colour = ("biru", "hijau", "merah")[turn % 3]
        if turn % 2:
            empty_market.open_with(painted(colour))
        else:
            empty_market.engine.apply("goods", empty_market.shape, painted(colour), ())  # type: ignore[arg-type]
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert {frozenset(answer) for answer in seen} <= {
        frozenset({(colour, 100)}) for colour in ("merah", "biru", "hijau")
    }


def test_a_rebuild_keeps_only_itself_and_the_one_before(market: Market) -> None:
    for number in range(4):
        market.open_with([f"Lilin {number}"])
    generations = [path for path in (market.folder / "goods").iterdir() if path.is_dir()]
    assert len(generations) == 2
    assert market.find() == ["Lilin 3"]


def test_a_rebuild_that_fails_changes_nothing(market: Market) -> None:
    before = sorted((market.folder / "goods").iterdir())
    for _turn in range(3):
        with pytest.raises(TypeError, match="price"):
            market.open_with([good("a"), good("b", price="free")])
    assert sorted((market.folder / "goods").iterdir()) == before, "no half generation stays"
    assert market.find("nastar") == ["Kue Kering Nastar"]


def test_a_change_that_fails_changes_nothing(market: Market) -> None:
    with pytest.raises(TypeError, match="price"):
        market.bring("Lilin", good("b", price="free"))
    assert market.find("lilin") == []
    market.bring("Lilin")
    assert market.find("lilin") == ["Lilin"], "no lock stays behind"


DYING = """
import os, signal, sys
from pathlib import Path
from tests.search.conftest import Market, good
def goods():
    yield good("Lilin")
    os.kill(os.getpid(), signal.SIGKILL)
market = Market(Path(sys.argv[1]))
market.engine.rebuild("goods", market.shape, goods()) if sys.argv[2] == "rebuild" else market.engine.apply(
    "goods", market.shape, goods(), ())
"""


@pytest.mark.parametrize("work", ["apply", "rebuild"])
def test_a_writer_that_is_killed_leaves_the_index_as_it_was_and_no_lock(market: Market, work: str) -> None:
    died = subprocess.run([sys.executable, "-c", DYING, str(market.folder), work], check=False, cwd=ROOT)
    assert died.returncode == -signal.SIGKILL
    assert market.find("lilin") == []
    assert market.find("nastar") == ["Kue Kering Nastar"]
    market.bring("Lilin")
    assert market.find("lilin") == ["Lilin"]
    market.open_with(["Sabun"])
    assert len([path for path in (market.folder / "goods").iterdir() if path.is_dir()]) == 2


def test_an_index_that_was_never_built_is_unavailable(empty_market: Market) -> None:
    with pytest.raises(Unavailable):
        empty_market.ask("keripik")
    with pytest.raises(Unavailable):
        empty_market.bring("Lilin")
    assert empty_market.engine.state("goods", empty_market.shape).reason == "not built yet"


def test_a_field_more_asks_for_a_new_generation_and_a_weight_does_not(market: Market) -> None:
    richer = Market(market.folder, (*FIELDS, Field("tkdn", "number", sort=True)))
    assert richer.engine.state("goods", richer.shape).reason == "built for other fields or from another database"
    with pytest.raises(Unavailable):
        richer.ask("keripik")
    with pytest.raises(Unavailable):
        richer.bring("Lilin")
    richer.open_with([good("Batik", tkdn=40)])
    assert richer.find(sort=("tkdn", "asc")) == ["Batik"]
    heavier = shape_of((Field("name", "text", weight=9), *FIELDS[1:]))
    assert heavier.hash == market.shape.hash
    reordered = shape_of(tuple(reversed(FIELDS)))
    assert reordered.hash == market.shape.hash


def broken_by(market: Market, how: str) -> None:
    about = Place(market.folder / "goods").present()
    assert about is not None
    if how == "pointer":
        (market.folder / "goods" / "current").write_bytes(b"\xff nowhere")
    elif how == "about":
        (about.folder / "about.json").write_text("[]")
    elif how == "meta":
        (about.folder / "meta.json").write_text("{}")
    else:
        for path in about.folder.glob(f"*.{how}"):
            held = path.read_bytes()
            path.unlink()  # A new file: those who have the old one open keep it.
            path.write_bytes(held[:-40] if how == "term" else bytes(byte ^ 0x5A for byte in held[:-200]) + held[-200:])


def shop_around(market: Market) -> None:
    for _ in range(3):
        market.ask("keripik pisng", facets=("category",), filters=(OneOf("kecamatan", ("Tebet",)),))
        market.ask("keripik", sort=("price", "asc"), facets=("category",))


@pytest.mark.parametrize("how", ["pointer", "about", "meta", "term", "idx", "fast", "store"])
def test_damaged_files_make_the_index_unavailable_until_it_is_rebuilt(market: Market, how: str) -> None:
    broken_by(market, how)
    reader = Market(market.folder)
    with pytest.raises(Unavailable):
        shop_around(reader)
    assert not reader.engine.state("goods", reader.shape).ready
    market.open_with(["Keripik Baru"])
    assert reader.find("keripik") == ["Keripik Baru"]
    assert reader.engine.state("goods", reader.shape).ready


def test_the_shape_is_stored_with_the_generation(market: Market) -> None:
    about = Place(market.folder / "goods").present()
    assert about is not None
    assert json.loads((about.folder / "about.json").read_text())["shape"] == market.shape.hash
    assert about.folder.name.startswith(market.shape.hash)


def test_two_indexes_lie_beside_each_other(tmp_path: Path) -> None:
    market = Market(tmp_path)
    market.open_with(["Keripik"])
    market.engine.rebuild("shops", shape_of((Field("name", "text"),)), [{"id": "s1", "name": "Toko Keripik"}])
    assert market.find("keripik") == ["Keripik"]
