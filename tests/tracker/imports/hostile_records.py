"""Files that programs write, JSON lines and Parquet, as nobody should write them; and those that are odd and nothing more."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pyarrow as pa
from pyarrow import parquet

LINE = b'{"Course":"One","Start":"2024"}\n'


def columns(named: dict[str, Any], compression: str = "zstd") -> bytes:
    """A Parquet file."""
    made = io.BytesIO()
    parquet.write_table(pa.table(named), made, compression=compression, use_dictionary=False)
    return made.getvalue()


def refused_records() -> dict[str, tuple[bytes, str]]:
    """What the file is -> its bytes, and why it is refused."""
    whole = columns({"Course": ["One" * 100, "Two" * 100]}, "none")
    exchanged = [
        {"reference": "", "type": "training", "title": "One", "summary": "It"},
        {"reference": "", "type": "training", "title": "Two"},
    ]
    return {
        "a list in JSON": (b'[{"Course": "One"}]', "json"),
        "JSON over several lines": (b'{\n  "Course": "One"\n}', "json"),
        "a line that is cut": (LINE * 3 + b'{"Course":', "line"),
        "a line that is no object": (LINE + b'"Two"', "line"),
        "a name twice": (LINE + b'{"Course":"Two","Course":"Three"}', "twice"),
        "an object in a value": (b'{"Course":{"en":"One"}}', "nested"),
        "lists of another form": (b'{"Course":"One","Partners":[{"code":"LAO"}]}', "nested"),
        "JSON that goes deep": (b'{"Course":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested"),
        "names that are left out": ("\n".join(map(json.dumps, exchanged)).encode(), "uneven"),
        "more names than anybody has": (b"".join(b'{"c%d":1}\n' % n for n in range(17_000)), "columns"),
        "half a letter": (b'{"Course":"\\ud83d"}', "encoding"),
        "JSON in no letters": (b'{"Course":"\xff"}', "encoding"),
        "a Parquet bomb": (columns({"Course": [b"\0" * (21 << 20)]}), "bomb"),
        "columns of nothing": (columns({"Course": pa.nulls(61_000_000)}), "large"),
        "lists in columns": (columns({"Course": ["One"], "Partners": [["LAO"]]}), "nested"),
        "half of a Parquet file": (whole[:-40], "broken"),
        "a page of a column damaged": (whole[:6] + b"\xff" * 60 + whole[66:], "broken"),
        "a Parquet file that is sealed": (b"PARE" + bytes(100) + b"PARE", "locked"),
        "a column that is no text": (columns({"Course": [b"\xff\xfe"]}), "encoding"),
        "a cell of 5 MB in a column": (columns({"Course": ["x" * (5 << 20)]}, "none"), "cell"),
    }


def harmless_records() -> dict[str, tuple[bytes, list[list[str]]]]:
    """What the file is -> its bytes, and the cells that are read."""
    numbers = b'{"a":1.50,"b":NaN,"c":-1e400,"d":%s,"e":null,"f":true}\r\n' % (b"9" * 5_000)
    several = {
        "Course": ["One", None], "Days": [3.0, 2.5], "Start": pa.array([date(2024, 3, 4), None]), "Open": [True, None],
        "Seen": pa.array([1_700_000_000_123_456_789, None], pa.timestamp("ns", "Asia/Shanghai")), "Place": [b"Caf\xc3\xa9", None],
    }  # fmt: skip
    return {
        "JSON lines": (LINE * 2, [["Course", "Start"], ["One", "2024"], ["One", "2024"]]),
        "numbers as they are written": (
            b"\xef\xbb\xbf" + numbers, [list("abcdef"), ["1.50", "NaN", "-1e400", "9" * 5_000, "", "true"]]),
        "names that only some lines have": (b'{"a":"1"}\n\n{"b":"2"}', [["a", "b"], ["1"], ["", "2"]]),
        "a line of another kind in a text": ('{"a":"One\u2028Two"}'.encode(), [["a"], ["One\u2028Two"]]),
        "JSON in UTF-16": ('{"a":"é"}'.encode("utf-16"), [["a"], ["é"]]),
        "columns of all kinds": (
            columns(several), [list(several), ["One", "3", "2024-03-04", "TRUE", "2023-11-15 06:13+08:00", "Café"], ["", "2.5"]]),
    }  # fmt: skip
