"""A backup as one file that belongs to no engine: a zip of one part per table (a line of JSON per row) and of files.

`manifest.json` is written last and names every part with its size and SHA-256. Values that are encrypted in the
database are encrypted here: nothing is decrypted on the way.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
_PIECE = 1 << 20


class ArchiveError(Exception):
    """The file is no backup, or not the one that was written; says in a line what is wrong."""


@dataclass(frozen=True)
class Part:
    """One table (`rows` counts its rows) or one file of the archive."""

    name: str
    size: int  # bytes
    sha256: str
    rows: int = 0


@dataclass
class Manifest:
    """What the archive holds and where it comes from."""

    revision: str
    engine: str
    made_at: str  # ISO 8601, UTC
    reporting_state: str
    tables: list[Part] = field(default_factory=list)  # those that others point at come first
    files: list[Part] = field(default_factory=list)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.tables)


class Writer:
    """Puts parts into a new archive."""

    def __init__(self, target: zipfile.ZipFile, manifest: Manifest) -> None:
        self.target = target
        self.manifest = manifest

    def add_table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """The first line names the columns, each further line is a row."""
        count = -1

        def lines() -> Iterator[bytes]:
            nonlocal count
            for count, row in enumerate(_headed(columns, rows)):  # noqa: B007  counts
                yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"

        size, digest = self._add(f"tables/{name}.jsonl", lines(), zipfile.ZIP_DEFLATED)
        self.manifest.tables.append(Part(name, size, digest, count))

    def add_file(self, name: str, source: IO[bytes]) -> None:
        """A file under its path below the folder of files, as it is: most are compressed already."""
        size, digest = self._add(f"files/{name}", iter(lambda: source.read(_PIECE), b""), zipfile.ZIP_STORED)
        self.manifest.files.append(Part(name, size, digest))

    def finish(self) -> None:
        self._add(MANIFEST, [json.dumps(asdict(self.manifest), indent=1).encode()], zipfile.ZIP_DEFLATED)

    def _add(self, name: str, pieces: Iterable[bytes], compression: int) -> tuple[int, str]:
        info = zipfile.ZipInfo(name)
        info.compress_type = compression
        digest, size = hashlib.sha256(), 0
        with self.target.open(info, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
                digest.update(piece)
                size += len(piece)
        return size, digest.hexdigest()


class Reader:
    """Gives the parts of an archive back."""

    def __init__(self, source: zipfile.ZipFile) -> None:
        self.source = source
        try:
            told = json.loads(source.read(MANIFEST))
            if told["format"] != FORMAT:
                raise ArchiveError(f"The backup is of format {told['format']}; this program reads format {FORMAT}.")
            parts = {name: [Part(**part) for part in told[name]] for name in ("tables", "files")}
            self.manifest = Manifest(**(told | parts))
        except (KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
            raise ArchiveError("The file is no backup of the tracker, or its list of contents is damaged.") from error

    def check(self) -> None:
        """Compare every part with what the manifest says of it. Raises ArchiveError."""
        known = {MANIFEST, *(f"tables/{part.name}.jsonl" for part in self.manifest.tables)}
        known |= {f"files/{part.name}" for part in self.manifest.files}
        strange = set(self.source.namelist()) ^ known
        if strange:
            raise ArchiveError(f"The contents are not those that the backup lists: {min(strange)}")
        for part in self.manifest.files:
            _check_name(part.name)
        for folder, parts, ending in (("tables", self.manifest.tables, ".jsonl"), ("files", self.manifest.files, "")):
            for part in parts:
                self._check_part(f"{folder}/{part.name}{ending}", part)

    def rows(self, name: str) -> Iterator[list[Any]]:
        """The names of the columns, then each row."""
        with self.source.open(f"tables/{name}.jsonl") as lines:
            for line in lines:
                yield json.loads(line.decode("utf-8", "surrogatepass"))

    def mappings(self, name: str) -> Iterator[dict[str, Any]]:
        """Each row of the table under the names of its columns."""
        rows = self.rows(name)
        columns = next(rows)
        return (dict(zip(columns, row, strict=True)) for row in rows)

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        with self.source.open(f"files/{name}") as part:
            yield part

    def _check_part(self, path: str, part: Part) -> None:
        digest, lines = hashlib.sha256(), -1
        try:
            with self.source.open(path) as content:
                while piece := content.read(_PIECE):
                    digest.update(piece)
                    lines += piece.count(b"\n")
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
            raise ArchiveError(f"Damaged: {path} cannot be read.") from error
        if digest.hexdigest() != part.sha256 or (path.startswith("tables/") and lines != part.rows):
            raise ArchiveError(f"Damaged: {path} is not what was written.")


@contextmanager
def written(path: Path, manifest: Manifest, before_naming: Callable[[str], None]) -> Iterator[Writer]:
    """Write an archive to `path`, which takes this name only when everything is on the disk.

    `before_naming` is told the SHA-256 of the whole file; when it raises, there is no file.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("xb") as file:
            unfinished.chmod(0o600)
            with zipfile.ZipFile(file, "w", compresslevel=6) as target:
                writer = Writer(target, manifest)
                yield writer
                writer.finish()
            file.flush()
            os.fsync(file.fileno())
        before_naming(sha256_of(unfinished))
        unfinished.rename(path)
        sync_folder(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """The archive at `path`. Raises ArchiveError when it is none."""
    try:
        with zipfile.ZipFile(path) as source:
            yield Reader(source)
    except zipfile.BadZipFile as error:
        raise ArchiveError("The file is no backup of the tracker, or it is damaged.") from error


def sync_folder(folder: Path) -> None:
    """A new name in `folder` outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Of the whole file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _headed(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    yield list(columns)
    for row in rows:
        yield list(row)


def _check_name(name: str) -> None:
    path = Path(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in name:
        raise ArchiveError(f"The backup names a file outside its folder: {name!r}")
