"""Photos and files as people and attackers send them, made on the spot."""

import io
import struct
import zlib
from typing import Any

import pillow_heif
from PIL import Image

GPS_MAKER = "MARKER-CAMERA"


def photo(
    format_: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", color: Any = None, **options: Any
) -> bytes:
    """A picture: left half red, right half blue unless a colour is given."""
    image = Image.new(mode, size, color if color is not None else "blue")
    if color is None:
        image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def photo_with_exif(orientation: int = 6) -> bytes:
    """A photo that lies on its side and says with what and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = GPS_MAKER
    exif.get_ifd(0x8825)[1] = "N"
    return photo(exif=exif.tobytes())


def heic() -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (64, 48), "red")
    pillow_heif.from_pillow(image).save(out, quality=80)
    return out.getvalue()


def animation(format_: str) -> bytes:
    """Red first, blue after."""
    frames = [Image.new("RGB", (60, 40), color) for color in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, format_, save_all=True, append_images=frames[1:], duration=50)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that unfold into a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def webp_that_claims(width: int, height: int) -> bytes:
    """The same as an animated WebP: its decoder would set memory aside for the whole canvas."""
    head = struct.pack("<4sI", b"VP8X", 10) + b"\x02\x00\x00\x00"
    head += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + head + struct.pack("<4sI", b"ANIM", 6) + b"\x00" * 6
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def jpeg_with_scans(count: int) -> bytes:
    """A progressive JPEG that repeats its first scan over and over."""
    data = photo(size=(4000, 3000), color="white", progressive=True)
    start = data.index(b"\xff\xda")
    end = data.index(b"\xff", start + 20)
    while data[end + 1] == 0:
        end = data.index(b"\xff", end + 2)
    scan = data[start:end]
    return data[:start] + scan * count + data[start:]


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
