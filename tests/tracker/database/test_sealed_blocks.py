"""Long contents: whatever is done to the sealed bytes, nothing wrong is ever given."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest

from tracker.database.sealed_blocks import BLOCK, open_sealed, seal_blocks, sealed_size
from tracker.database.sealing import SealError

pytestmark = pytest.mark.engine_free

KEY = b"k" * 32
SEALED_BLOCK = BLOCK + 16


def sealed(plain: bytes) -> bytes:
    return b"".join(seal_blocks(KEY, plain))


def opened(body: bytes, key: bytes = KEY) -> bytes:
    with open_sealed(key, io.BytesIO(body)) as content:
        return content.read()


def opens(body: bytes, key: bytes = KEY) -> bool:
    try:
        opened(body, key)
    except SealError:
        return False
    return True


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 5])
def test_every_length_comes_back_and_is_as_long_as_said(size: int) -> None:
    plain = bytes(range(256)) * (size // 256) + bytes(range(size % 256))
    body = sealed(plain)
    assert opened(body) == plain
    assert len(body) == sealed_size(size)


def test_blocks_that_are_changed_moved_left_out_or_cut_off_do_not_open() -> None:
    body = sealed(bytes(2 * BLOCK) + b"end")
    first, second, last = body[1 : 1 + SEALED_BLOCK], body[1 + SEALED_BLOCK : 1 + 2 * SEALED_BLOCK], body[1 + 2 * SEALED_BLOCK :]
    spoiled = {
        "cut between two blocks": b"\x01" + first + second,
        "cut in a block": body[:-1],
        "moved": b"\x01" + second + first + last,
        "left out": b"\x01" + first + last,
        "repeated": b"\x01" + first + second + second + last,
        "longer": body + b"x",
        "another format": b"\x02" + body[1:],
        "nothing": b"",
        "the format alone": b"\x01",
        "a changed bit": body[:-20] + bytes([body[-20] ^ 1]) + body[-19:],
    }
    assert [what for what, bytes_of_it in spoiled.items() if opens(bytes_of_it)] == []
    assert not opens(body, b"l" * 32)
    assert opens(body)


def test_no_byte_of_a_damaged_block_is_given() -> None:
    body = bytearray(sealed(b"a" * BLOCK + b"b" * BLOCK))
    body[SEALED_BLOCK + 100] ^= 1
    with open_sealed(KEY, io.BytesIO(bytes(body))) as content:
        assert content.read(BLOCK) == b"a" * BLOCK
        with pytest.raises(SealError):
            content.read(1)


def test_memory_holds_a_few_blocks_whatever_the_length(tmp_path: Path) -> None:
    with (tmp_path / "long").open("wb") as file:
        file.writelines(seal_blocks(KEY, bytes(16 * BLOCK)))
    tracemalloc.start()
    with open_sealed(KEY, (tmp_path / "long").open("rb")) as content:
        while content.read(65_536):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * BLOCK
