"""Set-up, tests and checks in one command; standard library only, so that a bare Python can start it.

`python3 dev.py run` on a fresh copy builds everything that is missing and serves; a second start takes seconds, since each
step leaves a stamp with the hash of what it was made from. `python3 dev.py help` lists the commands.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from devtools.environment import (
    CATALOGUES,
    OLDEST_PYTHON,
    PYTHON,
    VENDOR,
    VENV,
    get_browser,
    make_catalogues,
    node_tools,
    set_up,
    set_up_everything,
)
from devtools.steps import ROOT, STAMPS, Problem, on_screen, run, step

LOCKS = ("requirements", "requirements-dev", "requirements-build")
COMPILED_TEMPLATES = "COMPILED_TEMPLATES"  # names the folder where the workers of one test run find what another has compiled
WORKERS = "3"  # one more than the cores that are promised: browsers, servers and disks let a worker wait now and then
NO_TESTS = 5  # pytest's exit code when nothing was selected
KEYWORDS = ("_l", "lazy_gettext", "lazy_ngettext:1,2")  # functions that take a message, besides those that Babel knows
# lines of a catalogue's header that change with every run, or that tell who made it
HEADER_NOISE = tuple(
    f'"{name}' for name in ("Project-Id", "Report-", "POT-Creation", "PO-Revision", "Last-Translator", "Language-Team", "Generated-By")
)


def chosen_port() -> int:
    """PORT of the environment, 8000 without one; a Problem when it is no port or is taken."""
    text = os.environ.get("PORT", "") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(f"PORT must be a number from 1 to 65535, not {text!r}.")
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise Problem(f"Port {text} cannot be used ({error.strerror}). Choose another one: PORT=8001 make run") from None
    return int(text)


def serve(port: int) -> int:
    """Start the server, print the address once it answers, stay until it ends; a signal to us ends it too."""
    server = subprocess.Popen([PYTHON, "app.py"], cwd=ROOT, env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)})
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.terminate())
    while server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                print(f"Ready: http://127.0.0.1:{port}/ (Ctrl+C stops it)", flush=True)
                break
        time.sleep(0.1)
    code = server.wait()
    return 0 if code in (-signal.SIGTERM, -signal.SIGINT) else code


def command_run(_: list[str]) -> int:
    """set up what is missing, bring the database up to date, serve on 127.0.0.1 and PORT (8000)"""
    port = chosen_port()
    set_up_everything("requirements")
    flask = (PYTHON, "-m", "flask", "--app", "app")
    step("database", lambda: run(*flask, "database", "upgrade"))
    step("reference data", lambda: run(*flask, "reference"))
    step("demo data", lambda: run(*flask, "demo", "--if-empty"), show=True)
    return serve(port)


def command_setup(_: list[str]) -> int:
    """everything that running and testing need, without doing either"""
    set_up_everything("requirements", "requirements-dev")
    step("browser", get_browser)
    return 0


def command_test(arguments: list[str]) -> int:
    """the suite on SQLite, then on PostgreSQL all that could differ there; words after it go to pytest"""
    on_postgresql = ("-m", "not browser and not engine_free and not once and not whole", "--hypothesis-profile", "sample")
    return test_both(("-m", "not whole and not races"), on_postgresql, arguments)


def command_everything(arguments: list[str]) -> int:
    """like test, with the whole numbers of the promises and every walk on both engines: for a night and before a release"""
    thorough = ("--hypothesis-profile", "thorough")
    return test_both(thorough, ("-m", "not browser and not engine_free", *thorough), arguments)


def test_both(on_sqlite: tuple[str, ...], on_postgresql: tuple[str, ...], arguments: list[str]) -> int:
    """Run pytest on SQLite, then on PostgreSQL, with these words; a Problem when a test fails."""
    command_setup([])
    with tempfile.TemporaryDirectory(prefix="compiled-templates-") as folder:
        environment = without_own_database() | {COMPILED_TEMPLATES: folder}
        for engine, marks in {"sqlite": on_sqlite, "postgresql": on_postgresql}.items():
            print(f"\nTests on {engine}", flush=True)
            code = on_screen(PYTHON, "-m", "pytest", "-n", WORKERS, "--engine", engine, *marks, *arguments, env=environment)
            if code == NO_TESTS and arguments and engine != "sqlite":
                print(f"None of the chosen tests depends on the database: nothing to do on {engine}.")
            elif code:
                raise Problem(f"The tests failed on {engine}.")
    return 0


def command_explore(arguments: list[str]) -> int:
    """the property-based tests with many random examples, other ones each time; words after it go to pytest"""
    set_up_everything("requirements", "requirements-dev")
    # a test takes minutes here, and more where it reduces a failure: that is no test that hangs
    chosen = ("-o", "faulthandler_timeout=0", "-m", "hypothesis", "--hypothesis-profile", "exploring")
    return on_screen(PYTHON, "-m", "pytest", "-n", "2", *chosen, *arguments, env=without_own_database())


def without_own_database() -> dict[str, str]:
    """The environment for tests, which make databases of their own; what is compiled is kept, or each of four workers does it anew."""
    return {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")}


def command_lint(_: list[str]) -> int:
    """style, formatting, templates and who may import whom"""
    set_up("requirements", "requirements-dev")
    contracts = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    codes = [
        on_screen(PYTHON, "-m", "ruff", "check", "."),
        on_screen(PYTHON, "-m", "ruff", "format", "--check", "."),
        on_screen(PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"),
        on_screen(PYTHON, "-c", contracts, "--no-logo"),
    ]
    return max(map(abs, codes))


def command_types(_: list[str]) -> int:
    """mypy, strict"""
    set_up("requirements", "requirements-dev")
    return on_screen(PYTHON, "-m", "mypy", "tracker", "app.py", "dev.py")


def command_check(arguments: list[str]) -> int:
    """lint, types and test, stopping at the first that fails"""
    return command_lint([]) or command_types([]) or command_test(arguments)


def command_assets(_: list[str]) -> int:
    """the front-end files in tracker/static/vendor and the compiled translations"""
    set_up_everything("requirements")
    return 0


def command_translations(_: list[str]) -> int:
    """take the messages of code and templates into tracker/translations, then compile them"""
    set_up("requirements")
    babel = (PYTHON, "-c", "from babel.messages.frontend import main; main()")
    keywords = [part for word in KEYWORDS for part in ("-k", word)]
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        run(*babel, "extract", "-F", "babel.cfg", *keywords, "--omit-header", "--add-location=file", "--sort-by-file", "-o", template, ".")
        run(*babel, "update", "-i", template, "-d", CATALOGUES, "--no-fuzzy-matching", "--ignore-obsolete", "--no-wrap")
    for catalogue in CATALOGUES.rglob("*.po"):
        lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith(HEADER_NOISE))
        catalogue.write_text(text, encoding="utf-8")
        waiting = text.count('msgstr ""\n\n') + text.count('msgstr[0] ""\n')
        print(f"    {catalogue.relative_to(ROOT)}: {waiting} messages wait for a translation")
    make_catalogues()
    return 0


def command_bench(arguments: list[str]) -> int:
    """the timed promises of benchmarks/; words after it go there"""
    set_up_everything("requirements", "requirements-dev")
    return on_screen(PYTHON, "-m", "benchmarks", *arguments)


def command_lock(arguments: list[str]) -> int:
    """write the lock files anew from the .in files and package.json; --upgrade also moves what is not pinned"""
    set_up("requirements", "requirements-dev")
    options = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-strip-extras", "--no-header", "--quiet", *arguments)
    for lock in LOCKS:
        run(PYTHON, "-m", "uv", "pip", "compile", *options, f"{lock}.in", "-o", f"{lock}.txt")
    npm, _node = node_tools()
    run(*npm, "install", "--package-lock-only", "--ignore-scripts")
    named = [file for file in (*(f"{lock}.txt" for lock in LOCKS), "package-lock.json") if names_a_host((ROOT / file).read_text())]
    if named:
        raise Problem(f"These lock files name the place they were made from: {', '.join(named)}")
    return 0


def names_a_host(lock: str) -> bool:
    """Whether a lock file tells where its packages were downloaded from; addresses of the authors' pages may stand in it."""
    return any("://" in line or '"resolved"' in line for line in lock.splitlines() if '"url":' not in line)


def command_clean(_: list[str]) -> int:
    """remove what set-up made; the data in instance/ stays"""
    caches = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis")
    for folder in (VENV, STAMPS, VENDOR, *(ROOT / name for name in ("node_modules", *caches))):
        shutil.rmtree(folder, ignore_errors=True)
    for path in (ROOT / ".coverage", *CATALOGUES.rglob("*.mo")):
        path.unlink(missing_ok=True)
    return 0


def command_help(_: list[str]) -> int:
    """this list"""
    for name, command in COMMANDS.items():
        print(f"  {name:<12} {command.__doc__}")
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": command_run,
    "setup": command_setup,
    "test": command_test,
    "everything": command_everything,
    "explore": command_explore,
    "lint": command_lint,
    "types": command_types,
    "check": command_check,
    "assets": command_assets,
    "translations": command_translations,
    "bench": command_bench,
    "lock": command_lock,
    "clean": command_clean,
    "help": command_help,
}


def main(arguments: list[str]) -> int:
    name, *rest = arguments or ["help"]
    if name not in COMMANDS:
        print(f"There is no command {name!r}; these are:", file=sys.stderr)
        return command_help([]) or 2
    if sys.version_info < OLDEST_PYTHON:
        wanted, found = ".".join(map(str, OLDEST_PYTHON)), sys.version.split()[0]
        print(f"Python {wanted} or newer is needed, this is {found}. Name another one: make {name} PYTHON=python3.12", file=sys.stderr)
        return 1
    try:
        return COMMANDS[name](rest)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
