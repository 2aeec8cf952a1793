"""Running one command and one step of the set-up, with stamps so that nothing is done twice."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / ".stamps"


class Problem(Exception):
    """Something the person at the keyboard must change; the text says what and how."""


def run(*command: str | Path, env: Mapping[str, str] | None = None, hint: str = "") -> str:
    """Run `command` in the project's folder and return what it printed; a failure shows all of it, then `hint`."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        shown = " ".join(str(part) for part in command)
        raise Problem("\n".join(filter(None, (done.stdout.rstrip(), f"Failed ({done.returncode}): {shown}", hint))))
    return done.stdout


def on_screen(*command: str | Path, env: Mapping[str, str] | None = None) -> int:
    """Run `command` with its output on the screen; its exit code."""
    return subprocess.call([str(part) for part in command], cwd=ROOT, env=env)


def fingerprint(inputs: Iterable[Path | str]) -> str:
    """A hash of texts and of files (their names and what is in them)."""
    digest = hashlib.sha256()
    for item in inputs:
        content = item.read_bytes() if isinstance(item, Path) else b""
        digest.update(f"{item}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def is_fresh(stamp: str, inputs: Iterable[Path | str], outputs: Iterable[Path]) -> bool:
    """Whether a step was finished for these very inputs and what it made is still there."""
    file = STAMPS / stamp
    return file.exists() and file.read_text() == fingerprint(inputs) and all(path.exists() for path in outputs)


def step(
    name: str,
    action: Callable[[], object],
    *,
    stamp: str = "",
    inputs: Sequence[Path | str] = (),
    outputs: Sequence[Path] = (),
    show: bool = False,
) -> None:
    """Do `action` and print one line with its time (`show`: and what it said); with a `stamp`, only when it is not fresh.

    The stamp is removed first and written last, so that a step killed half-way is done again.
    """
    print(f"  {name:<34}", end="", flush=True)
    if stamp and is_fresh(stamp, inputs, outputs):
        print("up to date", flush=True)
        return
    if stamp:
        (STAMPS / stamp).unlink(missing_ok=True)
    started = time.monotonic()
    said = action()
    if stamp:
        STAMPS.mkdir(exist_ok=True)
        (STAMPS / stamp).write_text(fingerprint(inputs))
    print(f"{time.monotonic() - started:.1f} s", flush=True)
    for line in str(said).splitlines() if show else ():
        print(f"    {line}", flush=True)
