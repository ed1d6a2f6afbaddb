"""Files from strangers: known by their content, shown without harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from storage.pictures import MAX_BYTES, Pictures, examine, inspect
from tests.storage import photos

RED, BLUE = (254, 0, 0), (0, 0, 254)


def made(data: bytes) -> Pictures:
    seen, pictures = examine(data, "photo", "image/jpeg")
    assert seen.problem is None, seen
    assert pictures is not None
    return pictures


def near(color: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(color, tuple)
    return all(abs(one - other) < 40 for one, other in zip(color, wanted, strict=True))


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (photos.photo("JPEG"), "image/jpeg"),
        (photos.photo("PNG"), "image/png"),
        (photos.photo("WEBP"), "image/webp"),
        (photos.photo("GIF"), "image/gif"),
        (photos.heic(), "image/heic"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_usual_kinds_of_photo_are_taken(data: bytes, content_type: str) -> None:
    seen = inspect(data, "x", "application/octet-stream")
    assert (seen.kind, seen.content_type, seen.problem) == ("photo", content_type, None)
    assert near(photos.opened(made(data).working).getpixel((5, 20)), RED)


@pytest.mark.parametrize(
    ("data", "kind", "content_type"),
    [
        (b"%PDF-1.7\n...", "document", "application/pdf"),
        (b"OggS\x00\x02rest", "voice", "audio/ogg"),
        (b"#!AMR\nrest", "voice", "audio/amr"),
        (b"\x00\x00\x00\x20ftypisom....", "video", "video/mp4"),
        (b"\x00\x00\x00\x20ftypqt  ....", "video", "video/quicktime"),
        (b"\x00\x00\x00\x20ftypM4A ....", "voice", "audio/mp4"),
        (b"\x1a\x45\xdf\xa3....", "video", "video/webm"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "voice", "audio/wav"),
        (b"\xff\xf1rest", "voice", "audio/aac"),
        (b"\xff\xfbrest", "voice", "audio/mpeg"),
    ],
)
def test_other_files_are_kept_as_they_are(data: bytes, kind: str, content_type: str) -> None:
    seen, pictures = examine(data, "photo.jpg", "image/jpeg")
    assert (seen.kind, seen.content_type, seen.problem, pictures) == (kind, content_type, None, None)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "photo-empty"),
        (photos.photo()[:-40], "photo-broken"),
        (photos.photo("PNG", (400, 400))[:200], "photo-broken"),
        (photos.heic()[:200], "photo-broken"),
        (b"\xff\xd8\xff", "photo-broken"),
        (b"RIFF\x00\x00\x00\x00WEBP", "photo-broken"),
        (b"\xff\xd8\xff" + b"\x00" * MAX_BYTES, "photo-too-large"),
        (b"%PDF-" + b"\x00" * MAX_BYTES, "photo-too-large"),
        (photos.png_that_claims(30_000, 30_000), "photo-too-many-pixels"),
        (photos.webp_that_claims(16_000, 16_000), "photo-too-many-pixels"),
        (photos.jpeg_with_scans(200), "photo-broken"),
        (b"<html><script>alert(1)</script>", "file-unknown"),
        (b"MZ\x90\x00", "file-unknown"),
        (b"PK\x03\x04", "file-unknown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file-unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_named(data: bytes, problem: str) -> None:
    seen, pictures = examine(data, "photo.jpg", "image/jpeg")
    assert (seen.problem, pictures) == (problem, None)


@pytest.mark.parametrize(
    "data", [photos.png_that_claims(30_000, 30_000), photos.jpeg_with_scans(200)], ids=["pixels", "scans"]
)
def test_a_bomb_is_refused_without_unfolding_it(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    unfolded: list[object] = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", unfolded.append)
    assert inspect(data, "x", "image/png").problem is not None
    assert unfolded == []


def test_a_progressive_photo_with_the_usual_number_of_passes_is_taken() -> None:
    assert made(photos.jpeg_with_scans(3)).width == 4000


def test_a_photo_on_its_side_is_put_upright() -> None:
    pictures = made(photos.photo_with_exif(orientation=6))  # to be turned clockwise
    image = photos.opened(pictures.working)
    assert (pictures.width, pictures.height) == image.size == (40, 60)
    assert near(image.getpixel((20, 5)), RED)
    assert near(image.getpixel((20, 55)), BLUE)


def test_nothing_of_the_camera_and_the_place_comes_along() -> None:
    pictures = made(photos.photo_with_exif())
    for data in (pictures.working, pictures.thumb):
        assert photos.GPS_MAKER.encode() not in data
        assert not photos.opened(data).getexif()


def test_a_page_hidden_behind_a_photo_does_not_come_along() -> None:
    polyglot = photos.photo() + b"<html><script>MARKER</script></html>"
    assert b"MARKER" not in made(polyglot).working


@pytest.mark.parametrize("format_", ["GIF", "WEBP"])
def test_of_an_animation_the_first_picture_is_shown(format_: str) -> None:
    assert near(photos.opened(made(photos.animation(format_)).working).getpixel((30, 20)), RED)


def test_a_big_photo_is_made_smaller_and_a_small_one_is_left() -> None:
    big, small = made(photos.photo(size=(5000, 2500))), made(photos.photo(size=(60, 40)))
    assert photos.opened(big.working).size == (2048, 1024)
    assert photos.opened(big.thumb).size == (320, 160)
    assert (big.width, big.height) == (5000, 2500)
    assert photos.opened(small.working).size == photos.opened(small.thumb).size == (60, 40)


@pytest.mark.parametrize(
    "data",
    [
        photos.photo("PNG", mode="RGBA", color=(255, 0, 0, 255)),
        photos.photo("PNG", mode="P", color=0),
        photos.photo("PNG", mode="1", color=1),
        photos.photo("PNG", mode="LA", color=(200, 10)),
        photos.photo("PNG", mode="I;16", color=40_000),
        photos.photo("JPEG", mode="CMYK", color=(0, 255, 255, 0)),
        photos.photo("JPEG", mode="L", color=7),
        photos.photo("WEBP", mode="RGBA", color=(255, 0, 0, 0)),
    ],
)
def test_every_kind_of_colour_becomes_a_plain_photo(data: bytes) -> None:
    image = photos.opened(made(data).working)
    assert (image.format, image.mode) == ("JPEG", "RGB")


def test_what_is_transparent_becomes_white() -> None:
    seen = photos.opened(made(photos.photo("PNG", mode="RGBA", color=(255, 0, 0, 0))).working)
    assert near(seen.getpixel((5, 5)), (255, 255, 255))


def test_a_broken_colour_profile_does_not_cost_the_photo() -> None:
    assert made(photos.photo(icc_profile=b"rubbish")).working


SEEDS = [photos.photo("JPEG"), photos.photo("PNG"), photos.photo("WEBP"), photos.photo("GIF"), photos.heic()]


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8))
def test_damaged_photos_never_raise(seed: bytes, damage: list[tuple[int, int]]) -> None:
    data = bytearray(seed)
    for position, value in damage:
        data[position % len(data)] = value
    inspect(bytes(data), "x", "image/jpeg")


@given(st.binary(max_size=200))
def test_rubbish_never_raises(data: bytes) -> None:
    inspect(data, "x", "")


def test_the_limits_of_pillow_stay_out_of_the_way() -> None:
    assert Image.MAX_IMAGE_PIXELS is None
