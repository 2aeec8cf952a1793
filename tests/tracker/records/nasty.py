"""What people, pasted documents and attackers put into fields; and how a form must answer."""

from __future__ import annotations

import unicodedata
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.app import errors_of, form_fields, minimal, stored
from tests.factories import users
from tracker.database.columns import utc_now
from tracker.records.documents import Document, read_document
from tracker.records.form_context import FormContext
from tracker.records.models import Record, RecordVersion
from tracker.records.record_type import RecordType
from tracker.records.sources import Source

# can be stored, and come back as they are
FINE = (
    "Plain words",
    'O\'Brien & Söhne <Ltd> "quoted"',
    "it''s",
    "\\",
    "\\n \\x00 \\u0041",
    "100 %",
    "%",
    "_",
    "%s%n%x",
    "{0}",
    "{{7*7}}",
    "{% raw %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!-- -->",
    "</textarea><b>",
    "</title>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp; &#39;",
    "'; DROP TABLE record; --",
    "' OR '1'='1",
    "1; SELECT pg_sleep(9)",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "'quoted first",
    "=cmd|' /C calc'!A0",
    "None",
    "null",
    "undefined",
    "NaN",
    "true",
    "0",
    "../../etc/passwd",
    "C:\\con\\nul",
    "a;b;c",
    "a,b\tc",
    "اتفاقية التعاون الأمني",
    "می‌خواهم (نیم‌فاصله)",
    "שלום",
    "İstanbul ısı IĞDIR",
    "ß ẞ ſ",
    "Ελληνικά Σίσυφος",
    "Ярослав",
    "हिन्दी क्षेत्र",
    "ภาษาไทย",
    "打击跨境电信网络诈骗",
    "한국어",
    "ﾊﾝｶｸ ｆｕｌｌ",
    "Ⅻ ½ ² ℃ ﬁ",
    "👮‍♀️👩‍👩‍👧‍👦🇱🇦",
    "a\u202egnp.exe\u202c",
    "zero\u200bwidth\u2060joiner",
    "e\u0301 and \u00e9",
    "q\u0307\u0323",
    "\ufeffmark first",
    "Z̸̡͝a̴͇͌l̵̙̏g̶̯̅ő̷",
    "𝕬𝖑𝖕𝖍𝖆",
    "\U0010fffd private",
    "x" * 60,
    "“smart” ‘quotes’ – — …",
    "non\u00a0breaking\u202fspaces",
    "soft\u00adhyphen",
    "ﷺ ﷽",
    "a" * 30 + "!" * 30,
    "((((((((((a+)+)+)+",
    "https://example.org/?a=1&b=2#c",
    "http://[::1]/",
    "two  blanks  inside",
    "CON",
    "ª º µ",
    "\u0130\u0131",
    "tail.\u0640\u0640",
    "right\u061cmark",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "1.000,50",
    "2024-02-30",
)
# cannot be stored as they are: refused with a reason, never changed in silence
REFUSED = (
    "nul\x00inside",
    "\x00",
    "bell\x07",
    "\x1b[31mred",
    "back\x08space",
    "\x7fdelete",
    "c1\x85control",
    "vertical\x0btab",
    "form\x0cfeed x",
    "lone\rreturn",
    "\x01\x02\x03",
    "unit\x1fseparator",
    "x" * 10_001,
    "長" * 10_001,
    "é" * 10_001,
)
# as they come over the wire: broken encodings, which arrive as replacement characters
RAW = ("%ED%A0%80", "%FF%FE", "%C0%80", "%E2%82", "%F4%90%80%80", "%80abc", "%u0041", "%", "%zz", "+%2B+")
DATES = (
    "0",
    "00",
    "0000",
    "9999",
    "10000",
    "-1",
    "2024-00",
    "2024-13",
    "2024-02-30",
    "2023-02-29",
    "32.1.2024",
    "1.13.2024",
    "3/4/2024",
    "12/31/2024",
    "2024-07-10T12:00",
    "yesterday",
    "heute",
    "2024/",
    "/2024",
    "..",
    "../..",
    "2024..2023",
    "2024-2023",
    "about",
    "before",
    "before before 2024",
    "2024?~",
    "XXXX",
    "20XX",
    "2024-XX-XX",
    "1e3",
    "２０２４",
    "٢٠٢٤",
    "二〇二四年",
    "2024年13月",
    "2024-07-10\x00",
    "\x00",
    "2024\n2025",
    "'2024'",
    "2024; DROP TABLE record",
    "{{7*7}}",
    "<b>2024</b>",
    "2024 " + "x" * 5000,
    "9" * 400,
    "2024-" * 500,
    "July",
    "Juli 2024",
    "Jul 10 24",
    "10.7.24",
    "2024-W10",
    "45000",
    "1.7e308",
    "٢٠٢٤-٠٧",
    "2024-21",
    "not stated",
    "unknown",
    "2023-09?/2024-09?",
    "0001-01-01",
    "9999-12-31",
    "12024-01-01",
    "-0044-03-15",
)
NUMBERS = (
    "-1",
    "-0",
    "0",
    "00",
    "1,5",
    "1.000",
    "1.000,50",
    "1,000",
    "1 000",
    "1e3",
    "1e999",
    "NaN",
    "Infinity",
    "-Infinity",
    "0x10",
    "0b1",
    "１２",
    "١٢",
    "²",
    "½",
    "①",
    "Ⅻ",
    "十",
    "1万",
    "3亿",
    "999999999999999",
    "9999999999999999",
    "9" * 90,
    "9" * 400,
    "0.0001",
    "0.001",
    "0.125",
    "1.2345",
    "10-5",
    "5-5",
    "1-",
    "-",
    "--",
    "~",
    ">=",
    "about",
    "about about 5",
    "at least at least 5",
    "up to",
    "more than several",
    "several",
    "<script>",
    "{{7*7}}",
    "' OR 1=1",
    "several\x00",
    "\x00",
    "ten\x07",
    "5\x00",
    "1\n2",
    "10 20 30",
    "$5",
    "5%",
    "5 kg",
    "+5",
    "5+",
    "1_000",
    "1'000",
    "1.",
    ".5",
    "2/3",
    "∞",
    "many " + "x" * 200,
    "≥ 5",
    "≈ 5",
    "５～６",
)
PARTIES = (
    "Atlantis",
    "Korea",
    "Congo",
    "%",
    "_",
    "\\",
    "'; DROP TABLE party; --",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "\x00",
    "Lao\x00s",
    "Laos\x07",
    "Laos;;;;",
    ";;;",
    "; ; Atlantis",
    "Laos, Atlantis",
    "Laos and",
    "and",
    "laos",
    "LA",
    "LAO",
    "418",
    "la",
    "xx",
    "XX",
    "x" * 4000,
    "Laos;" * 60,
    "ل" * 50,
    "Кот-д’Ивуар",
    "缅甸",
    "缅甸；老挝",
    "🇱🇦",
    "A",
    "\u202eLaos",
    "La\u200bos",
    "Laos\u00a0",
    "\tLaos\n",
    "Laos/Thailand",
    "Laos & Thailand",
    "None",
    "0",
    "-1",
    "=1+1",
    "CHN",
    "Laos" + "\n" * 50 + "Thailand",
)

TEXT_TYPES = ("Text", "LongText", "WebAddress")
ROWS = ("parties", "figures", "evidence", "links", "aliases", "identifiers", "actions", "participants")


def every_field(app: Flask, record_type: RecordType) -> dict[str, Any]:
    """Each field that people fill in, by the name it is sent under, with its type; one row of each list."""
    with app.test_request_context(), stored(app) as session:
        blank = MultiDict({f"{name}-0-{key}": "" for name in ROWS for key in ("no", "names", "number")})
        form = record_type.form(record_type, FormContext(session, "en", "CHN", utc_now().date(), users.user(session)), formdata=blank)
        return dict(_leaves(form))


def _leaves(form: Any) -> Any:
    for field in form:
        if field.type == "FieldList":
            for entry in field.entries:
                yield from _leaves(entry.form)
        elif field.short_name not in ("csrf_token", "version", "token", "seen"):
            yield field.name, field


def names_of(fields: dict[str, Any], *types: str) -> list[str]:
    return [name for name, field in fields.items() if field.type in types]


def stored_text(value: str) -> str:
    """How an accepted text comes back."""
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()


def counts(app: Flask) -> tuple[int, ...]:
    with stored(app) as session:
        return tuple(session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (Record, RecordVersion, Source))


def answer_of(app: Flask, client: FlaskClient, record_type: RecordType, data: Any, url: str = "") -> Document | None:
    """Send a form. Accepted: the stored document. Refused: None, and it was explained, nothing stored and nothing typed lost."""
    before = counts(app)
    answer = client.post(url or f"/{record_type.slug}/new", data=data)
    assert answer.status_code in (303, 422), f"{answer.status_code} to {shortened(data)}"
    if answer.status_code == 422:
        assert errors_of(answer.text), f"refused without a reason: {shortened(data)}"
        assert counts(app) == before
        assert lost(data, answer.text) == {}, "typed values are gone from the screen"
        return None
    with stored(app) as session:
        record = session.scalars(sa.select(Record).where(Record.ref == answer.headers["Location"].rpartition("/")[2])).one()
        return read_document(record, record_type)


def lost(data: Any, html: str) -> dict[str, tuple[str, list[str]]]:
    """Fields whose typed value the form no longer shows."""
    shown = form_fields(html)
    sent = MultiDict(data)
    values = {name: value for name, value in sent.items() if name not in ("action", "token", "version", "seen", "csrf_token")}
    return {
        name: (value[:80], [one[:80] for one in shown.getlist(name)])
        for name, value in values.items()
        if on_screen(value) not in map(on_screen, shown.getlist(name)) and not (value == "" and name not in shown)
    }


def on_screen(value: str) -> str:
    """Text as a browser keeps it: NUL cannot be written into a page, ends of lines are of one kind."""
    return stored_text(value.replace("\x00", "").replace("\ufffd", "")).replace("\r", "\n").strip()


def shortened(data: Any) -> dict[str, str]:
    return {name: value[:40] for name, value in dict(data).items()}


def valid(record_type: RecordType, number: int, **more: str) -> dict[str, str]:
    """A form that would be accepted; each number has a year of its own, so that none is a twin of another."""
    return minimal(record_type, number) | {"start": str(1900 + number), "token": f"{record_type.kind}-{number}"} | more
