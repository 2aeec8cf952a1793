"""Files as they are read: hostile ones are refused with a reason, odd ones are read harmlessly, and each within seconds."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any

import pyarrow as pa
import pytest

from tests.tracker.imports.hostile_files import MOST_ROWS, SHARED, harmless, lying, refused, xlsx
from tests.tracker.imports.hostile_records import columns, harmless_records
from tracker.database.sealing import Sealer
from tracker.imports import services, sheet_reader, table_reader, tables
from tracker.imports.chunks import Packed
from tracker.imports.tables import MOST_CELLS, UnreadableError, read_tables
from tracker.imports.unit_words import BY_NAME
from tracker.imports.words import _REFUSED, refusal
from tracker.record_types import RECORD_TYPES
from tracker.records.number_words import ABOUT, AT_LEAST, AT_MOST, PLUS, TIMES

pytestmark = pytest.mark.engine_free


def in_process(file: IO[bytes], *, encoding: str = "", delimiter: str = "", most_cells: int = MOST_CELLS) -> Iterator[Any]:
    """What the process of the reader says, without that process: to begin one takes longer than to read most files."""
    try:
        for line in table_reader.lines_of(file, most_cells, encoding, delimiter):
            yield tables._read(line)
    except table_reader.RefusedError as error:
        raise UnreadableError(error.args[0], error.args[1] if len(error.args) > 1 else 0) from error


def outcome(data: bytes) -> str | list[list[str]]:
    """Why a file is refused, or the lines that are read of it."""
    try:
        _, packed = services.prepare(io.BytesIO(data), MOST_CELLS, RECORD_TYPES)
    except UnreadableError as error:
        return error.code
    return lines_in(packed)


def lines_in(packed: Packed) -> list[list[str]]:
    sealer = Sealer([packed.key])
    bodies = [zlib.decompress(sealer.unseal(body, f"import-chunk {number}")) for number, (_, _, body) in enumerate(packed.chunks)]
    return [cells for body in bodies for _, cells in json.loads(body)]


class TestHostileFiles:
    def test_promise_30_hostile_files_are_refused_with_a_reason(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "read_tables", in_process)
        monkeypatch.setattr(services, "MOST_LINES", MOST_ROWS)
        files = refused()
        assert len(files) >= 30
        found = {name: (outcome(data), wanted) for name, (data, wanted) in files.items()}
        assert {name: both for name, both in found.items() if both[0] != both[1]} == {}

    def test_odd_files_are_read_as_they_are(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "read_tables", in_process)
        found = {name: (outcome(data), wanted) for name, (data, wanted) in harmless().items()}
        assert {name: both for name, both in found.items() if both[0] != both[1]} == {}

    def test_the_same_long_text_in_many_cells_is_too_much(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "read_tables", in_process)
        monkeypatch.setattr(table_reader, "MOST_TEXT", 1_000)
        column = pa.array(["x" * 90]).dictionary_encode().take(pa.array([0] * 20))
        assert [outcome(columns({"a": column})), outcome(b"a\n" + b"xxxxxxxxx\n" * 200)] == ["large", "large"]

    @pytest.mark.parametrize(
        ("data", "wanted"),
        [
            (xlsx(), [["Course", "Start"], ["One", "2024"]]),
            (lying(SHARED), "broken"),
            (refused()["a cell at the far corner"][0], "large"),
            *(harmless_records()[name] for name in ("columns of all kinds", "JSON in UTF-16")),
        ],
        ids=["a workbook", "a part of 300 MB that says it has 1,000 bytes", "a cell at the far corner", "Parquet", "JSON lines"],
    )
    def test_by_a_process_of_its_own(self, data: bytes, wanted: object) -> None:
        assert outcome(data) == wanted

    def test_a_reader_that_is_stopped_at_its_limits_has_said_enough(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
        dead = tmp_path / "dead.py"
        dead.write_text('print(\'{"kind": "text", "encoding": "", "delimiter": ""}\', flush=True); import os; os.abort()')
        monkeypatch.setattr(tables, "_READER", dead)
        with pytest.raises(UnreadableError, match="large"):
            list(read_tables(io.BytesIO(b"x" * 10_000_000)))

    def test_every_reason_has_words(self) -> None:
        said = {code for _, code in refused().values()} | {"locked", "no_bytes"}
        assert said == set(_REFUSED)
        assert len({refusal(UnreadableError(code)) for code in said}) == len(said)
        assert refusal(UnreadableError("cell", 12)).startswith("Row 12: ")


class TestCells:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            *((3.0, "3"), (0.1, "0.1"), (1e300, "1e+300"), (True, "TRUE"), (None, ""), ("=1+1", "=1+1"), (-7.5, "-7.5")),
            *(
                (datetime.fromisoformat("2024-03-04"), "2024-03-04"),
                (datetime.fromisoformat("2024-03-04 12:30"), "2024-03-04 12:30"),
                (date(2024, 3, 4), "2024-03-04"),
            ),
            *((time(9, 30), "09:30:00"), (timedelta(hours=30), "1 day, 6:00:00")),
        ],
    )
    def test_are_as_their_reader_sees_them(self, value: object, text: str) -> None:
        assert table_reader.text_of(value) == text

    def test_an_amount_of_merged_cells_stands_in_the_first_row_alone(self) -> None:
        def repeated(text: str) -> bool:
            first, second = sheet_reader.filled([[text, "a"], ["", "b"]], [((0, 0), (1, 0))], (0, 0))
            return first[0] == second[0]

        words = [f"{word} 2000" for word in (*AT_LEAST, *AT_MOST, *ABOUT)] + [f"30 {word}" for word in (*PLUS, *TIMES, *BY_NAME)]
        plain = [
            "25-30",
            "between 10 and 20",
            "30人",
            "50余人",
            "3.5kg",
            "up to 2 million tablets",
            "40,5",
            "1,000",
            "３０",
            "ten",
            "several",
            "数名",
        ]
        assert [text for text in (*words, *plain) if repeated(text)] == []
        days = ["2024", "2018-2019", "2018 to 2019", "May 2024", "3-14 September 2018", "2024-05", "03.04.2024", "05.2024", "3/4/2024"]
        names = ["2024年5月", "12 Sept", "Phase 2", "HND-2026-1", "Operation 1027", "Thailand", "over", "10%"]
        assert [text for text in (*days, *names) if not repeated(text)] == []


class TestEncodingsAndDelimiters:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp1251", "gb18030"])
    def test_letters_are_told(self, encoding: str) -> None:
        words = {"cp1251": "Обучение по наркотикам в Москве", "gb18030": "禁毒执法合作培训班在北京举行"}.get(
            encoding, "Café à Genève, déjà vu"
        )
        text = "Course;Start\n" + "".join(f"{words};{year}\n" for year in range(1990, 2024))
        head, *lines = in_process(io.BytesIO(text.encode(encoding)))
        assert head.delimiter == ";"
        assert lines[-1] == [words, "2023"]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_delimiter_is_told(self, delimiter: str) -> None:
        text = "".join(delimiter.join((f"Course {n}", "Thailand", f"{n}.5")) + "\n" for n in range(10))
        head, *_ = in_process(io.BytesIO(text.encode()))
        assert head.delimiter == delimiter

    def test_what_somebody_has_chosen_is_done(self) -> None:
        head, *_ = in_process(io.BytesIO("Course;Ort;Teilnehmer\nSchulung;M\xfcnchen;12\nKurs;K\xf6ln;9\n".encode("cp1250")))
        assert head.encoding == "cp1252", "its letters are at the same places in both"
        head, _, line = in_process(io.BytesIO("Caf\xe9|a;b".encode("cp1252")), encoding="cp1252", delimiter="|")
        assert (head.encoding, line) == ("cp1252", ["Caf\xe9", "a;b"])
        with pytest.raises(UnreadableError, match="encoding"):
            list(in_process(io.BytesIO(b"\xff\xfe\xfd"), encoding="utf-8"))
