"""Looking at files from strangers: what a file really is, and a safe picture out of a photo.

Names and declared types are not believed, the first bytes are. Nothing here raises on hostile input,
and size, pixels and passes over the pixels are checked before anything is decoded.
"""

import io
import threading
from dataclasses import dataclass
from struct import unpack_from

import pillow_heif
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
#: A progressive JPEG may ask for the whole picture again and again; this many megapixels in all.
MAX_SCANNED_MEGAPIXELS = 800
WORKING_PIXELS = 2048
THUMB_PIXELS = 320
MAX_PROFILE_BYTES = 64 * 1024

pillow_heif.register_heif_opener()
# Pillow would warn or raise by its own limits; ours are checked on the header, before decoding.
Image.MAX_IMAGE_PIXELS = None
#: Two photos at a time, whatever the number of threads: so the memory they take has a bound.
_decoding = threading.BoundedSemaphore(2)
_SRGB = ImageCms.createProfile("sRGB")

_PHOTOS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_SIGNS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "photo", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "photo", "image/png"),
    (b"GIF87a", "photo", "image/gif"),
    (b"GIF89a", "photo", "image/gif"),
    (b"%PDF-", "document", "application/pdf"),
    (b"\x1a\x45\xdf\xa3", "video", "video/webm"),
    (b"OggS", "voice", "audio/ogg"),
    (b"ID3", "voice", "audio/mpeg"),
    (b"#!AMR", "voice", "audio/amr"),
    (b"#!SILK", "voice", "audio/silk"),
    (b"\x02#!SILK", "voice", "audio/silk"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What a file is. With a `problem` it is not kept."""

    kind: str  # photo | document | video | voice
    content_type: str
    problem: str | None = None  # photo-empty, photo-broken, photo-too-large, …, file-unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """A photo made safe to show: upright, without metadata, as JPEG."""

    working: bytes
    thumb: bytes
    width: int  # of the original, upright
    height: int


def inspect(data: bytes, name: str, content_type: str) -> Inspected:
    """What this file is and whether it can be used. A photo is decoded for it; never raises."""
    return examine(data, name, content_type)[0]


def examine(data: bytes, name: str, content_type: str) -> tuple[Inspected, Pictures | None]:
    """The same with the pictures that were made on the way (None for anything but a sound photo)."""
    kind, sniffed = _sniff(data)
    said_photo = kind == "photo" or content_type.startswith("image/")
    claimed = "photo" if said_photo else "document"
    if not data:
        return Inspected(kind=claimed, content_type=content_type, problem="photo-empty"), None
    if len(data) > MAX_BYTES:
        return Inspected(kind=kind or claimed, content_type=sniffed, problem="photo-too-large"), None
    if not kind:
        return Inspected(kind=claimed, content_type=content_type, problem="file-unknown"), None
    if kind != "photo":
        return Inspected(kind=kind, content_type=sniffed), None
    made = _made(data, sniffed)
    if isinstance(made, str):
        return Inspected(kind=kind, content_type=sniffed, problem=made), None
    return Inspected(kind=kind, content_type=sniffed), made


def _sniff(data: bytes) -> tuple[str, str]:
    for sign, kind, content_type in _SIGNS:
        if data.startswith(sign):
            return kind, content_type
    if data[:4] == b"RIFF":
        return {
            b"WEBP": ("photo", "image/webp"),
            b"WAVE": ("voice", "audio/wav"),
            b"AVI ": ("video", "video/x-msvideo"),
        }.get(data[8:12], ("", ""))
    if data[4:8] == b"ftyp":
        return _iso_media(data)
    if data[:2] in (b"\xff\xf1", b"\xff\xf9"):
        return "voice", "audio/aac"
    if data[:1] == b"\xff" and data[1:2] in (b"\xfb", b"\xf3", b"\xf2"):
        return "voice", "audio/mpeg"
    return "", ""


def _iso_media(data: bytes) -> tuple[str, str]:
    brand = data[8:12]
    if brand in _HEIF_BRANDS:
        return "photo", "image/heic"
    if brand in (b"avif", b"avis"):
        return "", ""
    if brand in (b"M4A ", b"M4B "):
        return "voice", "audio/mp4"
    return "video", "video/quicktime" if brand == b"qt  " else "video/mp4"


def _made(data: bytes, content_type: str) -> Pictures | str:
    """The pictures, or what is wrong with the photo."""
    try:
        if content_type == "image/webp" and _webp_pixels(data) > MAX_PIXELS:
            return "photo-too-many-pixels"  # its decoder sets memory aside as soon as it is opened
        with _decoding, Image.open(io.BytesIO(data), formats=[_PHOTOS[content_type]]) as image:
            pixels = image.width * image.height
            if pixels > MAX_PIXELS:
                return "photo-too-many-pixels"
            if content_type == "image/jpeg" and _scans(data) * pixels > MAX_SCANNED_MEGAPIXELS * 1_000_000:
                return "photo-broken"
            return _pictures(image)
    except MemoryError:
        return "photo-too-many-pixels"
    except Exception:  # noqa: BLE001  decoders raise whatever they like on hostile bytes; all mean the same
        return "photo-broken"


def _pictures(image: Image.Image) -> Pictures:
    profile = image.info.get("icc_profile")
    width, height = image.size
    if image.getexif().get(0x0112, 1) in (5, 6, 7, 8):  # EXIF orientation: lying on its side
        width, height = height, width
    image.draft("RGB", (WORKING_PIXELS, WORKING_PIXELS))  # a JPEG is decoded smaller right away
    image.load()
    upright = ImageOps.exif_transpose(image) if image.format != "HEIF" else image
    working = _plain(upright)
    working.thumbnail((WORKING_PIXELS, WORKING_PIXELS), Image.Resampling.LANCZOS)
    working = _srgb(working, profile)
    thumb = working.copy()
    thumb.thumbnail((THUMB_PIXELS, THUMB_PIXELS), Image.Resampling.LANCZOS)
    return Pictures(working=_jpeg(working, 88), thumb=_jpeg(thumb, 80), width=width, height=height)


def _plain(image: Image.Image) -> Image.Image:
    """Only colours: transparency becomes white."""
    if image.mode == "RGB":
        return image.copy()
    if image.mode.startswith("I") or image.mode == "F":  # 16 or 32 bits a pixel: scans and X-rays
        low, high = image.convert("F").getextrema()
        span = (high - low) or 1  # type: ignore[operator]  # one band, so two numbers
        return image.convert("F").point(lambda value: (value - low) * (255 / span)).convert("L").convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return image.convert("RGB")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Phones photograph in wider colours; a pale lip must stay as pale on every screen."""
    if not profile or len(profile) > MAX_PROFILE_BYTES:
        return image
    try:
        converted = ImageCms.profileToProfile(image, io.BytesIO(profile), _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return converted or image


def _jpeg(image: Image.Image, quality: int) -> bytes:
    # A fresh image: nothing of the original but its pixels can come along.
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=quality, optimize=False)
    return out.getvalue()


def _scans(data: bytes) -> int:
    return data.count(b"\xff\xda")


def _webp_pixels(data: bytes) -> int:
    """Width times height out of the header (the three kinds of RFC 9649)."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        width = 1 + int.from_bytes(data[24:27], "little")
        return width * (1 + int.from_bytes(data[27:30], "little"))
    if chunk == b"VP8L":
        (bits,) = unpack_from("<I", data, 21)
        return int(((bits & 0x3FFF) + 1) * (((bits >> 14) & 0x3FFF) + 1))
    (width, height) = unpack_from("<HH", data, 26)
    return int((width & 0x3FFF) * (height & 0x3FFF))
