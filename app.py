"""Entry point for `flask --app app ...`, for any WSGI server (`app:app`) and for `python app.py`."""

from tracker import create_app
from tracker.web.serving import serve

app = create_app()

if __name__ == "__main__":
    serve(app)
