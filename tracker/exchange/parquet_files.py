"""Parquet: the exchange form in columns, for pandas, R and databases. Written by row groups, so that a long list needs no memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from tracker.records.exchange_rows import VERSION, compact
from tracker.records.record_type import ColumnKind, RecordType

PARQUET = "application/vnd.apache.parquet"
GROUP = 1_000  # rows that are held at a time: of whole records about 10 MB


def write_parquet(
    file: IO[bytes],
    names: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    kinds: Mapping[str, str],
    labels: Mapping[str, str],
    about: Mapping[str, object],
) -> None:
    """Write `rows` into `file`: flags, numbers and days as such (`kinds` by name), all else as text, null where nothing is known.

    An empty text is nothing known, too, but of the kind `word`, where it is a value like another. Lists of rows are compact JSON. Each
    entry of `about` is JSON under its key in the metadata of the file, each label in that of its column.
    """
    import pyarrow as pa  # heavy, and most answers are pages
    from pyarrow import parquet

    types = {"flag": pa.bool_(), "whole": pa.int64(), "number": pa.float64(), "day": pa.date32()}
    told = [{"label": labels[name]} if name in labels else None for name in names]
    fields = [pa.field(name, types.get(kinds.get(name, ""), pa.string()), metadata=said) for name, said in zip(names, told, strict=True)]
    schema = pa.schema(fields, metadata={key: compact(value) for key, value in about.items()})
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(rows):
            columns = [
                pa.array([_value(row.get(one.name), is_word=kinds.get(one.name) == "word") for row in group], one.type) for one in schema
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))


def kinds_of(types: Iterable[RecordType]) -> dict[str, str]:
    """The columns of the exchange form that are no text."""
    flags = {column.name: "flag" for record_type in types for column in record_type.all_columns if column.kind is ColumnKind.FLAG}
    return flags | {"is_restricted": "flag", VERSION: "whole"}


def _groups(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    source = iter(rows)
    while group := list(islice(source, GROUP)):
        yield group


def _value(value: Any, *, is_word: bool) -> Any:
    if isinstance(value, list):
        return compact(value)
    return None if value == "" and not is_word else float(value) if isinstance(value, Decimal) else value
