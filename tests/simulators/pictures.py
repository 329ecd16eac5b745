"""Small pictures as image services deliver them, and files that only claim to be pictures."""

import io
import struct
import zlib

from PIL import Image, ImageDraw

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 80"><rect width="120" height="80" '
    'fill="#ffffff"/><circle cx="60" cy="40" r="30" fill="{color}"/></svg>'
)


def picture(
    file_format: str = "PNG",
    *,
    size: tuple[int, int] = (256, 256),
    color: str = "#1F3A2E",
    ground: str = "white",
) -> bytes:
    """A disc of one colour on a ground; "transparent" makes an alpha channel."""
    mode = "RGBA" if ground == "transparent" else "RGB"
    image = Image.new(mode, size, (0, 0, 0, 0) if mode == "RGBA" else ground)
    width, height = size
    box = (width // 5, height // 4, width * 4 // 5, height * 3 // 4)
    ImageDraw.Draw(image).ellipse(box, fill=color)
    target = io.BytesIO()
    image.save(target, file_format)
    return target.getvalue()


def svg(color: str = "#1F3A2E") -> bytes:
    """The disc as vectors."""
    return SVG.format(color=color).encode()


def png_bomb(side: int = 30_000) -> bytes:
    """Some kilobytes that claim, and hold, a picture of very many pixels."""
    packer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    data = b"".join([packer.compress(row) for _ in range(side)]) + packer.flush()
    return _png((b"IHDR", _head(side)), (b"IDAT", data), (b"IEND", b""))


def png_with_giant_chunk() -> bytes:
    """A small picture with a text in front of it that becomes 256 MiB."""
    packer = zlib.compressobj(9)
    text = b"".join([packer.compress(bytes(1 << 20)) for _ in range(256)]) + packer.flush()
    pixels = zlib.compress(bytes(64 * 9))
    return _png(
        (b"IHDR", _head(64)), (b"zTXt", b"Comment\0\0" + text), (b"IDAT", pixels), (b"IEND", b"")
    )


def _head(side: int) -> bytes:
    return struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
