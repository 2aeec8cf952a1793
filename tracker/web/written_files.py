"""Answers that download what can only be sent when it is whole: it is written into a file of the temporary folder first."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from typing import IO

from flask import Response
from werkzeug.wsgi import FileWrapper


def written_response(filename: str, mimetype: str, write: Callable[[IO[bytes]], None]) -> Response:
    """An answer that downloads what `write` puts into a file as `filename`; the file is gone when it was sent, or when that failed."""
    with ExitStack() as opened:
        file = opened.enter_context(tempfile.TemporaryFile())
        write(file)
        size = file.tell()
        file.seek(0)
        response = Response(FileWrapper(file), mimetype=mimetype)
        response.call_on_close(opened.pop_all().close)
    response.content_length = size
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
