"""Numbers, dates and moments as the reader writes them; one style for the whole product."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from flask import Flask
from flask_babel import format_datetime, get_locale, gettext, to_user_timezone

from tracker.partial_dates import counts_in, describe, parse_edtf

THIN = "\u202f"  # narrow no-break space between thousands


def number(value: Decimal | int | float | None) -> str:
    """`12 345.5`: thin spaces between thousands, no needless zeros."""
    if value is None:
        return "–"
    text = f"{Decimal(str(value)):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", THIN)


def signed(value: Decimal) -> str:
    """`+3`, `−2`, `0`, with a true minus."""
    return f"+{number(value)}" if value > 0 else f"−{number(-value)}" if value < 0 else "0"


def partial_date(edtf: str | None) -> str:
    """A stored partial date in the reader's words."""
    return describe(parse_edtf(edtf or ""))


def moment(value: datetime) -> str:
    """`24 November 2026, 10:42` in the ministry's time zone."""
    pattern = "y年M月d日 HH:mm" if str(get_locale()).startswith("zh") else "d MMMM y, HH:mm"
    return str(format_datetime(value, pattern))


def here(value: datetime) -> datetime:
    """The moment in the ministry's time zone."""
    return to_user_timezone(value)


def moment_exact(value: datetime) -> str:
    """`2026-11-24 10:42:07` in the ministry's time zone: for lists in which seconds count."""
    return str(format_datetime(value, "yyyy-MM-dd HH:mm:ss"))


def file_size(count: int) -> str:
    """`340 KB`, `1.2 MB`: bytes as people read them (1 KB is 1,000 bytes)."""
    if count < 1_000_000:
        return f"{number(max(1, round(count / 1_000)))} KB"
    return f"{number(Decimal(count) / 1_000_000 // Decimal('0.1') * Decimal('0.1'))} MB"


def yes_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


def register(app: Flask) -> None:
    app.add_template_filter(number, "number")
    app.add_template_filter(partial_date, "partial_date")
    app.add_template_filter(file_size, "file_size")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(moment_exact, "moment_exact")
    app.add_template_filter(yes_no, "yes_no")
    app.add_template_global(lambda edtf: counts_in(parse_edtf(edtf or "")), "counts_in")
