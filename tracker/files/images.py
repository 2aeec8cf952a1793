"""What the header and the end of a picture say: its size in pixels, and that nothing follows it.

PNG: RFC 2083 / ISO 15948. JPEG: ITU-T T.81. GIF: GIF89a. WebP: RFC 9649. Pixels are never decoded here.
"""

from __future__ import annotations

import struct
import zlib

PNG, JPEG, GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", (b"GIF87a", b"GIF89a")
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # JPEG's start of frame, but not its tables
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # JPEG's markers without a length

Size = tuple[int, int]


class ImageProblem(ValueError):
    """A picture that does not hold what its kind must; `code` is `broken` or `tail` (something follows its end)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def size_of(kind: str, data: bytes) -> Size:
    """Width and height in pixels of a whole picture. Raises ImageProblem."""
    try:
        return {"png": _png, "jpg": _jpeg, "gif": _gif, "webp": _webp}[kind](data)
    except (struct.error, IndexError) as error:
        raise ImageProblem("broken") from error


def _png(data: bytes) -> Size:
    at, size = len(PNG), (0, 0)
    while True:
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        if zlib.crc32(name + body) != checksum or (at == len(PNG)) != (name == b"IHDR"):
            raise ImageProblem("broken")
        if name == b"IHDR":
            width, height = struct.unpack_from(">II", body)
            size = (width, height)
        at += 12 + length
        if name == b"IEND":
            break
    _ends(at, data)
    return size


def _jpeg(data: bytes) -> Size:
    at, size = 2, None
    while True:
        if data[at] != 0xFF:
            raise ImageProblem("broken")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        at += 2
        if marker == 0xD9:
            break
        if marker in _BARE:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            size = (width, height)
        at += length
        if marker == 0xDA:
            at = _after_scan(data, at)
    _ends(at, data)
    if size is None:
        raise ImageProblem("broken")
    return size


def _after_scan(data: bytes, at: int) -> int:
    """The next marker after coded pixels, in which 0xFF is followed by 0 or a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise ImageProblem("broken")
        if data[at + 1] != 0 and data[at + 1] not in _BARE and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _gif(data: bytes) -> Size:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    while data[at] != 0x3B:
        if data[at] == 0x21:
            at = _after_blocks(data, at + 2)
        elif data[at] == 0x2C:
            own = data[at + 9]
            at = _after_blocks(data, at + 11 + (3 << ((own & 7) + 1) if own & 0x80 else 0))
        else:
            raise ImageProblem("broken")
    _ends(at + 1, data)
    return width, height


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _webp(data: bytes) -> Size:
    (length,) = struct.unpack_from("<I", data, 4)
    _ends(8 + length + length % 2, data)
    name = data[12:16]
    if name == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if name == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ImageProblem("broken")


def _ends(at: int, data: bytes) -> None:
    if at != len(data):
        raise ImageProblem("tail" if at < len(data) else "broken")
