"""Normalises whole columns with Polars. Runs in the reading child only: a process that has used
Polars must not fork.

Each kind has a pattern for values that are right as they stand; everything else goes, once per
distinct value, through ``cells.normalise``. So speed comes from the data being mostly clean, and
there is one truth about what a cell means.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from portal.sheets import cells
from portal.sheets.spec import TEXT_LIMIT, Column

_UNTIDY = f"[{cells.SPACES}{cells.INVISIBLE}\r]|^[ \t\n]|[ \t\n]$"
_WRAPPED = r"^ *['=]"
_SUSPECT = f"{_UNTIDY}|{_WRAPPED}"  # one look where mostly neither is found
_GROUPED = r"^-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$"
_CANONICAL = r"^(?:-?[1-9][0-9]*(?:\.[0-9]*[1-9])?|0|-?0\.[0-9]*[1-9])$"
_CLOCK = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})"
    r"[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$"
)
_PLAIN_DATE = r"^(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_ODD_IDENTIFIER = r"[๐-๙\n\t]|  |^'|^[0-9]+\.0+$|^[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+$|^#"
_UNSAFE = r"[\\\n\t\r]"


@dataclass(slots=True)
class Failure:
    """One code in one column: how often, and the first places (row index, text found, params)."""

    code: str
    count: int
    places: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)


def tidy(series: pl.Series, *, csv: bool) -> pl.Series:
    """``cells.tidy`` (and ``cells.unwrap`` for CSV) for a column of text; blanks become null."""
    if series.str.contains(_SUSPECT).any():
        if csv:
            series = _replace(series, series.str.contains(_WRAPPED).fill_null(False), cells.unwrap)
        untidy = series.str.contains(_UNTIDY).fill_null(False)
        tidied = (
            series.filter(untidy)
            .str.replace_all("\r\n?", "\n")
            .str.replace_all(f"[{cells.SPACES}]", " ")
            .str.replace_all(f"[{cells.INVISIBLE}]", "")
            .str.strip_chars(" \t\n")
        )
        series = series.scatter(untidy.arg_true(), tidied)
    return series.set(series.is_in(list(cells.BLANKS)).fill_null(False), None)


def _replace(series: pl.Series, mask: pl.Series, function: Any) -> pl.Series:
    values = series.filter(mask).unique().to_list()
    return series.replace(values, [function(value) for value in values])


def normalise(column: Column, tidied: pl.Series, limit: int) -> tuple[pl.Series, list[Failure]]:
    """Normalised values (null where the cell cannot be taken) and what was wrong, at most ``limit``
    places per code. ``tidied`` comes from ``tidy``."""
    text = _prepare(column, tidied)
    good = _fast(column, text)
    if good is None:
        rest = text.is_not_null()
        values = pl.Series(text.name, [], pl.String).extend_constant(None, len(text))
    else:
        good = good.fill_null(False)
        rest = text.is_not_null() & ~good
        values = _canonical(column, text.set(~good, None))
    if not rest.any():
        return values, []
    known: dict[str, str] = {}
    wrong: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {}
    for value in text.filter(rest).unique().to_list():
        try:
            known[value] = cells.normalise(column, value)
        except cells.Rounded as rounded:
            known[value] = rounded.value
            params = {"kept": rounded.value, "limit": rounded.limit}
            wrong.setdefault("rounded", {})[value] = ("rounded", params)
        except cells.CellError as error:
            wrong.setdefault(error.code, {})[value] = (error.code, error.params)
    if known:
        old, new = list(known), list(known.values())
        read = text.set(~rest, None).replace_strict(old, new, default=None, return_dtype=pl.String)
        values = values.zip_with(~rest, read)
    return values, [_failure(code, found, text, rest, tidied, limit) for code, found in wrong.items()]


def _failure(
    code: str,
    found: dict[str, tuple[str, dict[str, Any]]],
    text: pl.Series,
    rest: pl.Series,
    shown: pl.Series,
    limit: int,
) -> Failure:
    at = (text.is_in(list(found)) & rest).arg_true()
    first = at.head(limit)
    places = zip(first.to_list(), shown.gather(first).to_list(), text.gather(first).to_list(), strict=True)
    return Failure(code, len(at), [(index, raw, found[value][1]) for index, raw, value in places])


def _prepare(column: Column, text: pl.Series) -> pl.Series:
    """Rewrites that make distinct values fewer or simpler without deciding anything."""
    if column.kind in ("decimal", "integer") and text.str.contains(",", literal=True).any():
        grouped = text.str.contains(_GROUPED).fill_null(False)
        return text.zip_with(~grouped, text.str.replace_all(",", "", literal=True))
    if column.kind == "date" and text.str.contains(":", literal=True).any():
        return text.str.replace(_CLOCK, "${1}")
    return text


def _fast(column: Column, text: pl.Series) -> pl.Series | None:
    """Which values need no second look; None when the kind has no such pattern."""
    match column.kind:
        case "decimal":
            decimals = rf"(?:\.[0-9]{{1,{column.places}}})?" if column.places else ""
            good = text.str.contains(rf"^-?[0-9]{{1,{column.digits - column.places}}}{decimals}$")
            return good & _in_range(column, text, good)
        case "integer":
            digits = min(column.digits, cells.INTEGER_DIGITS)
            good = text.str.contains(rf"^-?[0-9]{{1,{digits}}}(?:\.0{{1,6}})?$")
            return good & _in_range(column, text, good)
        case "text":
            good = text.str.len_chars() <= (column.max_length or TEXT_LIMIT)
            return good & ~text.is_in(list(cells.FORMULA_ERRORS))
        case "date":
            good = text.str.contains(_PLAIN_DATE)
            day = text.set(~good.fill_null(False), None).str.to_date("%Y-%m-%d", strict=False)
            good &= day.is_not_null()
            if column.min is not None:
                good &= text >= str(column.min)
            return good & (text <= str(column.max)) if column.max is not None else good
        case "identifier":
            good = text.str.len_chars() <= (column.max_length or TEXT_LIMIT)
            return good & ~text.str.contains(_ODD_IDENTIFIER)
    return None


def _in_range(column: Column, text: pl.Series, good: pl.Series) -> pl.Series:
    inside = pl.Series([True])
    negative_only = column.max is None and column.min is not None and Decimal(str(column.min)) == 0
    if negative_only:
        return ~text.str.starts_with("-")
    if column.min is None and column.max is None:
        return inside
    number = text.set(~good.fill_null(False), None).cast(pl.Decimal(38, max(column.places, 6)))
    frame = pl.DataFrame({"n": number})
    inside_expression = pl.lit(True)
    if column.min is not None:
        inside_expression &= pl.col("n") >= Decimal(str(column.min))
    if column.max is not None:
        inside_expression &= pl.col("n") <= Decimal(str(column.max))
    return frame.select(inside_expression.alias("n")).to_series()


def _canonical(column: Column, values: pl.Series) -> pl.Series:
    """The one way of writing a number: no zeros that say nothing."""
    if column.kind not in ("decimal", "integer"):
        return values
    padded = ~values.str.contains(_CANONICAL).fill_null(True)
    if not padded.any():
        return values
    plain = (
        values.filter(padded)
        .str.replace(r"\.0*$", "")
        .str.replace(r"(\.[0-9]*[1-9])0+$", "${1}")
        .str.replace(r"^(-?)0+([0-9])", "${1}${2}")
    )
    return values.scatter(padded.arg_true(), plain.set(plain == "-0", "0"))


def copy_text(series: pl.Series) -> pl.Series:
    """The column as PostgreSQL's COPY text format wants it."""
    if not series.str.contains(_UNSAFE).any():
        return series
    return (
        series.str.replace_all("\\", "\\\\", literal=True)
        .str.replace_all("\n", "\\n", literal=True)
        .str.replace_all("\t", "\\t", literal=True)
        .str.replace_all("\r", "\\r", literal=True)
    )


def float_text(number: float) -> str:
    """A number cell as its author saw it: 15 digits, as Excel shows; beyond, digits are lost and
    the exponent says so."""
    if number != number or number in (float("inf"), float("-inf")):
        return ""
    if abs(number) >= 1e15:
        return f"{number:.14E}"
    return cells.plain(Decimal(f"{number:.15g}"))


def floats_text(series: pl.Series) -> pl.Series:
    """``float_text`` of a Float64 column."""
    if ((series == series.round()) & (series.abs() < 1e15)).fill_null(True).all():
        return series.cast(pl.Int64).cast(pl.String)
    text = series.cast(pl.String)
    odd = (text.str.contains("[eEnN]|^-0\\.0$") | (text.str.len_bytes() > 15)).fill_null(False)
    text = text.str.strip_suffix(".0")
    if odd.any():
        exact = [float_text(number) for number in series.filter(odd).to_list()]
        text = text.scatter(odd.arg_true(), exact)
    return text
