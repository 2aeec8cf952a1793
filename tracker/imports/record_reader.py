"""Rows of the files that programs write, JSON lines and Parquet: first the names, then the texts of each record.

A part of the process of `table_reader.py`, which loads it by its path: nothing of the tracker is imported here. `refuse` makes what is
raised where a file cannot be read: `refuse("line", 3)`.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

EXCHANGE = {"reference", "type", "title"}  # names that the exchange form has: there alone, lists of rows stand in a value
MOST_NAMES = 16_384
_LONGEST_NUMBER = 300  # digits; a longer one is taken as a text
_LONE = re.compile("[\ud800-\udfff]")
_INDEX = re.compile(r"__index_level_\d+__")  # the numbers of the rows, which pandas adds by itself
_BATCH = 500  # rows that are unpacked at a time
Refuse = Callable[..., Exception]


class _TwiceError(ValueError):
    """An object has a name twice: which of the values is meant, nobody knows."""


class _Written(float):
    """A number with the text that stands for it."""

    def __init__(self, text: str) -> None:
        self.text = text


def json_rows(text: str, refuse: Refuse) -> Iterator[list[str]]:
    """An object in each line, with plain values. Names that a line does not have are blank there, but not in the exchange form."""
    names: dict[str, None] = {}
    shapes: dict[str, set[str]] = {}
    for number, one in _objects(text, refuse):
        names |= dict.fromkeys(one)
        if len(names) > MOST_NAMES:
            raise refuse("columns", number)
        # there a blank empties a field, and a name that is left out would do the same
        if one.keys() >= EXCHANGE and shapes.setdefault(str(one["type"]), set(one)) != one.keys():
            raise refuse("uneven", number)
    yield list(names)
    for number, one in _objects(text, refuse):
        cells = {name: _cell(value) for name, value in one.items()}
        if None in cells.values() or (any(isinstance(value, list) and value for value in one.values()) and not one.keys() >= EXCHANGE):
            raise refuse("nested", number)
        yield [cells.get(name) or "" for name in names]


def _objects(text: str, refuse: Refuse) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object with the number of its line. Only a line feed ends a line: other signs that do elsewhere may stand in a text."""
    first = True
    for number, line in enumerate(io.StringIO(text.removeprefix("\ufeff"), newline="\n"), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line, parse_float=_float, parse_int=_int, parse_constant=str, object_pairs_hook=_object)
        except _TwiceError as error:
            raise refuse("twice", number) from error
        except RecursionError as error:
            raise refuse("nested", number) from error
        except ValueError as error:
            raise refuse("json") if first else refuse("line", number) from error
        if not isinstance(found, dict):
            raise refuse("json") if first else refuse("line", number)
        if "\\u" in line and _LONE.search(json.dumps(found, ensure_ascii=False)):
            raise refuse("encoding", number)
        first = False
        yield number, found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def _float(text: str) -> _Written | str:
    number = _Written(text)
    return number if math.isfinite(number) and len(text) <= _LONGEST_NUMBER else text


def _int(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_NUMBER else text


def _cell(value: Any) -> str | None:
    """A value as a cell; None for what no cell holds."""
    match value:
        case str():
            return value
        case None | []:
            return ""
        case bool():
            return "true" if value else "false"
        case _Written():
            return value.text
        case int():
            return str(value)
        case list() if all(isinstance(row, dict) for row in value):
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return None


def parquet_rows(
    data: bytes, most_cells: int, check_unpacked: Callable[[int, int, int], None], text_of: Callable[[Any], str], refuse: Refuse
) -> Iterator[list[str]]:
    """The columns of a Parquet file. What its metadata claims is looked at before anything is unpacked; then a few rows at a time are."""
    import pyarrow as pa
    from pyarrow import parquet

    pa.set_memory_pool(pa.system_memory_pool())  # others reserve more than this process may
    try:
        with parquet.ParquetFile(pa.BufferReader(data)) as file:
            about, schema = file.metadata, file.schema_arrow
            sizes = [abs(about.row_group(n).total_byte_size) for n in range(about.num_row_groups)]
            check_unpacked(sum(sizes), len(data), len(sizes))
            if about.num_rows * len(schema) > most_cells:
                raise refuse("large")
            if any(pa.types.is_nested(field.type) for field in schema):
                raise refuse("nested")
            names = [name for name in schema.names if not _INDEX.fullmatch(name)]
            yield names
            for batch in file.iter_batches(_BATCH, columns=None if names == schema.names else names, use_threads=False):
                columns = [_values(column) for column in batch.columns]
                yield from ([_decoded(value, text_of) for value in row] for row in zip(*columns, strict=True))
    except UnicodeDecodeError as error:
        raise refuse("encoding") from error
    except MemoryError as error:
        raise refuse("large") from error
    except (pa.ArrowException, OSError, ValueError, OverflowError, LookupError, NotImplementedError) as error:
        raise refuse("broken") from error


def _values(column: Any) -> list[Any]:
    """The values of a column; what Python has no thousandth of a microsecond for is cut."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    elif pa.types.is_time64(kind):
        column = column.cast(pa.time64("us"), safe=False)
    elif pa.types.is_duration(kind):
        column = column.cast(pa.duration("us"), safe=False)
    found: list[Any] = column.to_pylist()
    return found


def _decoded(value: Any, text_of: Callable[[Any], str]) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else text_of(value)
