"""A server process of the product, and people before it over a real connection."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.app import PASSWORD
from tests.forms import form_fields

ROOT = Path(__file__).resolve().parents[3]
NEW = "/trainings/new"
HANG = 60  # seconds; a limit for what hangs, no measurement
SERVER = "import sys; from tracker import create_app; from waitress import serve; serve(create_app(), port=int(sys.argv[1]), threads=8)"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Nobody is led on: what was acknowledged is the answer itself."""


class Person:
    """Somebody with a browser of his own, over a real connection."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener, self.staying = urllib.request.build_opener(cookies), urllib.request.build_opener(cookies, _Stay())

    def get(self, url: str) -> str:
        with self.opener.open(self.address + url, timeout=HANG) as answer:
            return str(answer.read().decode())

    def post(self, url: str, form: dict[str, str]) -> str:
        with self.opener.open(self.address + url, urlencode(form).encode(), timeout=HANG) as answer:
            return str(answer.read().decode())

    def sent(self, url: str, form: dict[str, str]) -> int:
        """The status of the answer to the form; 0 when there was no answer."""
        try:
            with self.staying.open(self.address + url, urlencode(form).encode(), timeout=HANG) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except (OSError, http.client.HTTPException):
            return 0

    def form(self, url: str) -> dict[str, str]:
        return dict(form_fields(self.get(url)).items())

    def sign_in(self, name: str) -> None:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/sign-in"))
        assert token
        self.post("/sign-in", {"username": name, "password": PASSWORD, "csrf_token": token[1], "next": NEW})


@contextmanager
def running(url: str, port: int, folder: Path, before: Sequence[str] = ()) -> Iterator[tuple[subprocess.Popen[bytes], Person]]:
    """A server process of the product, started by the words `before`, and a person before it."""
    environ = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "only-for-tests" * 3, "FILES_PATH": str(folder)}
    environ["PERSONAL_DATA_KEY"] = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen([*before, sys.executable, "-c", SERVER, str(port)], cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        person = Person(f"http://127.0.0.1:{port}")
        until = time.monotonic() + HANG
        while True:
            try:
                person.get("/sign-in")
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < until
                time.sleep(0.1)
        yield server, person
    finally:
        server.kill()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
