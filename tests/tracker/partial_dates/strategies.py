"""Partial dates made by Hypothesis: as written, and as read."""

from datetime import date

from hypothesis import strategies as st

from tracker.partial_dates import NOT_STATED, DateBasis, DateError, PartialDate, parse_edtf


def written_points(marks: str = "?~%", codes: tuple[int, ...] = (21, 22, 23, 24, 33, 34, 35, 36)) -> st.SearchStrategy[str]:
    days = st.dates(date(1500, 1, 1), date(2199, 12, 31))
    plain = st.one_of(
        days.map(lambda day: f"{day:%Y}"),
        days.map(lambda day: f"{day:%Y-%m}"),
        days.map(lambda day: f"{day:%Y-%m-%d}"),
        st.builds("{}-{}".format, st.integers(1500, 2199), st.sampled_from(codes)),
    )
    return st.builds("{}{}".format, plain, st.sampled_from(["", *marks]))


def written_dates(marks: str = "?~%", codes: tuple[int, ...] = (21, 22, 23, 24, 33, 34, 35, 36)) -> st.SearchStrategy[str]:
    points = written_points(marks, codes)
    pairs = st.tuples(points, points).map(lambda pair: "/".join(sorted(pair)))
    return st.one_of(points, pairs, points.map("{}/..".format), points.map("../{}".format))


def parsed_or_none(text: str, basis: DateBasis | None) -> PartialDate | None:
    try:
        return parse_edtf(text, basis)
    except DateError:
        return None


def partial_dates() -> st.SearchStrategy[PartialDate]:
    """Every kind of date that can be stored, with its basis said or left to the marks."""
    bases = st.sampled_from([None, DateBasis.STATED, DateBasis.INFERRED])
    return st.builds(parsed_or_none, written_dates(), bases).filter(lambda d: d is not None).map(lambda d: d or NOT_STATED)
