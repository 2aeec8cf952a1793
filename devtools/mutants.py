"""Which mutants of a session of Cosmic Ray are tried: `python -m devtools.mutants SESSION [SIZE [SEED]]`.

Annotations are no code: what changes one is left out. With a size, so many are drawn by chance of each module that builds SQL, the
same ones for the same seed and at least one of every kind of mutation; its tests take minutes. Of plain values all are tried, their
tests take a second. What is not tried is marked as skipped.
"""

from __future__ import annotations

import ast
import random
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Place = tuple[int, int]

SEED = 20261127


@dataclass(frozen=True)
class Mutant:
    """One change of one module, by its job in the session."""

    job: str
    module: str
    operator: str
    occurrence: int
    start: Place

    @property
    def kind(self) -> str:
        """`ReplaceComparisonOperator_Eq` is one kind, whatever stands in its place."""
        return "_".join(self.operator.split("_")[:2])

    @property
    def is_code(self) -> bool:
        return not any(first <= self.start < last for first, last in where_annotations_stand(self.module))


def main(session: str, size: str = "", seed: str = str(SEED)) -> None:
    with sqlite3.connect(session) as connection:
        pending = list(_pending(connection))
        tried = [mutant for mutant in pending if mutant.is_code]
        if size:
            tried = [one for module in sorted({one.module for one in tried}) for one in drawn(tried, module, int(size), int(seed))]
        chosen = {mutant.job for mutant in tried}
        skipped = [(mutant.job, "SKIPPED", "not chosen") for mutant in pending if mutant.job not in chosen]
        connection.executemany("INSERT INTO work_results (job_id, worker_outcome, output) VALUES (?, ?, ?)", skipped)
    print(f"{len(tried)} mutants of {len(pending)} are tried")


def drawn(mutants: list[Mutant], module: str, size: int, seed: int) -> list[Mutant]:
    """Those of `module`: all, or where it builds SQL about `size`: one of each kind, then whatever chance gives."""
    inside = [mutant for mutant in mutants if mutant.module == module]
    if "import sqlalchemy" not in Path(module).read_text(encoding="utf-8"):
        return inside
    shuffled = sorted(inside, key=lambda mutant: (mutant.operator, mutant.occurrence))
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - the same draw each time is the point, no secret
    first = {mutant.kind: mutant for mutant in reversed(shuffled)}
    others = [mutant for mutant in shuffled if first[mutant.kind] != mutant]
    return [*first.values(), *others[: max(0, size - len(first))]]


def _pending(connection: sqlite3.Connection) -> Iterator[Mutant]:
    for job, module, operator, occurrence, *start in connection.execute(
        "SELECT job_id, module_path, operator_name, occurrence, start_pos_row, start_pos_col FROM mutation_specs"
        " WHERE job_id NOT IN (SELECT job_id FROM work_results)"
    ):
        yield Mutant(job, module, operator, occurrence, (start[0], start[1]))


@cache
def where_annotations_stand(module: str) -> list[tuple[Place, Place]]:
    """Where the annotations of a module stand, from and to."""
    tree = ast.parse(Path(module).read_text(encoding="utf-8"))
    parts = (getattr(node, name, None) for node in ast.walk(tree) for name in ("annotation", "returns"))
    return [_from_to(part) for part in parts if isinstance(part, ast.expr)]


def _from_to(node: ast.expr) -> tuple[Place, Place]:
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


if __name__ == "__main__":
    main(*sys.argv[1:])
