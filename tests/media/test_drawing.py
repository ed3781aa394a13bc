"""The drawing program, called in this process: what it refuses, and what it makes of odd pictures."""

import io
import json
import subprocess
import sys

import pytest
from PIL import ExifTags, Image, ImageCms

from marketplace.media import drawing, keys, studio
from marketplace.media.drawing import FaultyPicture
from tests.factories.media import photo

MOST = 40_000_000


def order(content: bytes, most: int = MOST) -> tuple[dict[str, object], bytes]:
    asked = json.dumps({"most_pixels": most, "widths": [[160, 5000], [320, 12000]]}).encode() + b"\n"
    given = io.BytesIO()
    drawing.answer(io.BytesIO(asked + content), given)
    head, _, rest = given.getvalue().partition(b"\n")
    answered: dict[str, object] = json.loads(head)
    return answered, rest


def saved(picture: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    held = io.BytesIO()
    picture.save(held, kind, **how)
    return held.getvalue()


def test_an_answer_lists_its_files_and_then_gives_them() -> None:
    head, rest = order(photo(400, 300))
    files = head["files"]
    assert isinstance(files, list)
    assert [one[:2] for one in files] == [[320, 240], [160, 120]]
    assert sum(one[2] for one in files) == len(rest)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"GIF89a", "kind"),
        (photo(300, 300)[:2000], "broken"),
        (photo(2000, 150), "shape"),
        (photo(60, 60), "small"),
    ],
)
def test_a_faulty_picture_gets_one_word(content: bytes, fault: str) -> None:
    assert order(content)[0] == {"fault": fault}


@pytest.mark.parametrize("most", [100 * 100, 299 * 300])
def test_too_many_pixels_are_refused_from_the_header(most: int) -> None:
    assert order(photo(300, 300), most)[0] == {"fault": "pixels"}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "RGB"])
def test_every_kind_of_png_becomes_rgb(mode: str) -> None:
    picture = Image.new("L", (200, 200), 128).convert(mode) if mode != "I;16" else Image.new("I;16", (200, 200), 32768)
    assert drawing.read(saved(picture), MOST, 320).mode == "RGB"


def test_a_printers_jpeg_becomes_rgb() -> None:
    assert drawing.read(saved(Image.new("CMYK", (200, 200)), "JPEG"), MOST, 320).mode == "RGB"


def test_a_colour_profile_is_followed_and_a_broken_one_ignored() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red = Image.new("RGB", (200, 200), (200, 30, 30))
    for held in (profile, b"not a profile"):
        drawn = drawing.read(saved(red, icc_profile=held), MOST, 320)
        colour = drawn.getpixel((100, 100))
        assert isinstance(colour, tuple)
        assert abs(colour[0] - 200) <= 2


def test_a_picture_that_never_fits_its_budget_gets_the_least_quality() -> None:
    noise = Image.effect_noise((320, 320), 120).convert("RGB")
    small, least = drawing.encoded(noise, 1), drawing.encoded(noise, 10_000_000)
    assert len(small) < len(least)
    middling = (len(small) + len(least)) // 2
    assert len(small) < len(drawing.encoded(noise, middling)) <= middling


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("way", range(1, 9))
def test_a_picture_stands_upright_however_the_camera_was_held(kind: str, way: int) -> None:
    upright = Image.new("RGB", (400, 300), (20, 160, 90))
    upright.paste((200, 30, 30), (0, 0, 100, 75))
    how = Image.Exif()
    how[ExifTags.Base.Orientation] = way
    turned = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the camera stored what stands upright
    held = upright.transpose(Image.Transpose(turned[way])) if way > 1 else upright
    drawn = drawing.read(saved(held, kind, exif=how), MOST, 320)
    assert drawn.size == (320, 240)
    red, green = drawn.getpixel((20, 15)), drawn.getpixel((300, 220))
    assert isinstance(red, tuple)
    assert isinstance(green, tuple)
    assert red[0] > red[1]
    assert green[1] > green[0]


def test_sixteen_bits_a_dot_are_brought_to_eight_at_any_size() -> None:
    ramp = Image.new("I;16", (2000, 400))
    ramp.putdata([at * 65535 // 1999 for _row in range(400) for at in range(2000)])
    drawn = drawing.read(saved(ramp), MOST, 320)
    greys = [drawn.getpixel((at, 30)) for at in (0, 160, 319)]
    assert [round(one[0] / 64) for one in greys if isinstance(one, tuple)] == [0, 2, 4]


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB")])
def test_what_must_be_decoded_whole_may_not_be_huge(kind: str, mode: str) -> None:
    with pytest.raises(FaultyPicture, match="whole"):
        drawing.read(saved(Image.new(mode, (4000, 2001)), kind), MOST, 320)


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "I;16"])
def test_the_largest_picture_stays_within_its_memory(mode: str) -> None:
    code = (
        "import resource, subprocess as sub, sys\n"
        "sub.run([sys.executable, '-I', sys.argv[1]], stdin=sys.stdin, stdout=sub.DEVNULL, stderr=sub.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    asked = json.dumps({"most_pixels": MOST, "widths": studio.WIDTHS}).encode() + b"\n"
    content = saved(Image.new(mode, (4000, 2000)))
    command = [sys.executable, "-c", code, str(studio.PROGRAM)]
    done = subprocess.run(command, input=asked + content, stdout=subprocess.PIPE, check=True)
    assert int(done.stdout) < 150


def test_a_fault_is_an_error_of_its_own() -> None:
    with pytest.raises(FaultyPicture, match="kind"):
        drawing.read(b"hello", MOST, 320)


def test_an_owner_is_a_plain_name() -> None:
    with pytest.raises(ValueError, match="owner"):
        keys.stem("../etc", "x" * 22, private=False)


def test_a_program_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio, "PATIENCE", 0.001)
    with pytest.raises(studio.Faulty, match="broken"):
        studio.drawn(photo(3000, 3000), most_pixels=MOST)


def test_when_every_easel_is_taken_one_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio, "TURN", 0.01)
    with studio._easels, studio._easels, pytest.raises(studio.Faulty, match="busy"):
        studio.drawn(photo(), most_pixels=MOST)
