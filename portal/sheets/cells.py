"""The normalised value of one cell, in plain Python.

This is the whole truth about how a cell is read; ``columns`` does the common cases for a whole
column at once and comes here for the rest. A test holds the two equal.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any

from portal.sheets.spec import TEXT_LIMIT, Column

BLANKS = frozenset({"", "-", "–", "—"})
_ERROR_NAMES = "REF! N/A DIV/0! VALUE! NAME? NUM! NULL! SPILL! CALC! FIELD! GETTING_DATA ERROR!"
FORMULA_ERRORS = frozenset(f"#{name}" for name in _ERROR_NAMES.split(" "))
# What a spreadsheet program would run as a formula; exports put ' before it, the reader takes it off.
ESCAPED = "=+-@\t\r'"

SPACES = "\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u0085"
# Zero-width joiners stay: emoji are made with them.
INVISIBLE = (
    "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
)
_SPACES = re.compile(f"[{SPACES}]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_WRAPPED = re.compile(r'="((?:[^"]|"")*)"')
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+")
_WIDE = Context(prec=100)
_FROM_THAI = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_TRUE = frozenset(("ใช่", "จริง", "มี", "yes", "y", "true", "t", "1", "✓", "✔", "√", "x"))
_FALSE = frozenset(("ไม่", "ไม่ใช่", "เท็จ", "ไม่มี", "no", "n", "false", "f", "0"))
INTEGER_DIGITS = 18


class CellError(Exception):
    """The cell cannot be taken; ``code`` is a finding's code, ``params`` fill its words."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Rounded(Exception):
    """The cell can be taken, with fewer decimals: ``value`` is what is kept."""

    def __init__(self, value: str, limit: int) -> None:
        super().__init__(value)
        self.value = value
        self.limit = limit


def unwrap(text: str) -> str:
    """CSV only: ="0012" means 0012, and the ' that keeps a cell from being a formula goes."""
    text = text.strip(" ")
    if text[:1] == "'" and text[1:2] and text[1] in ESCAPED:
        return text[1:]
    wrapped = _WRAPPED.fullmatch(text)
    return wrapped[1].replace('""', '"') if wrapped else text


def tidy(text: str) -> str | None:
    """Trimmed text without invisible characters, line breaks as \\n; None for a blank or a dash."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _INVISIBLE.sub("", _SPACES.sub(" ", text)).strip(" \t\n")
    return None if text in BLANKS else text


def normalise(column: Column, text: str) -> str:
    """The normalised value of a tidied cell, as ``Column`` describes it per kind.

    Raises CellError; raises Rounded when decimals beyond ``places`` were cut.
    """
    if text in FORMULA_ERRORS:
        raise CellError("formula_error")
    return _READERS[column.kind](column, text)


def _text(column: Column, text: str) -> str:
    limit = column.max_length or TEXT_LIMIT
    if len(text) > limit:
        raise CellError("too_long", limit=limit)
    return text


def _identifier(column: Column, text: str) -> str:
    text = " ".join(text.split()).translate(_FROM_THAI).removeprefix("'").strip()
    if re.fullmatch(r"[0-9]+\.0+", text):
        text = text.partition(".")[0]
    if _EXPONENT.fullmatch(text):
        raise CellError("digits_lost")
    return _text(column, text)


def _decimal(column: Column, text: str) -> str:
    number = _number(text)
    limit = column.digits - column.places
    exact = number
    try:
        number = number.quantize(Decimal(1).scaleb(-column.places), ROUND_HALF_UP, context=_WIDE)
    except ArithmeticError:
        raise CellError("too_many_digits", limit=limit) from None
    if number.adjusted() >= limit and number:
        raise CellError("too_many_digits", limit=limit)
    check_range(column, number)
    value = plain(number)
    if number != exact:
        raise Rounded(value, column.places)
    return value


def _integer(column: Column, text: str) -> str:
    number = _number(text)
    if number != number.to_integral_value():
        raise CellError("not_integer")
    limit = min(column.digits, INTEGER_DIGITS)
    if number.adjusted() >= limit and number:
        raise CellError("too_many_digits", limit=limit)
    check_range(column, number)
    return plain(number)


def _number(text: str) -> Decimal:
    _without_translations()
    from portal.thai import NumberError, parse_number

    try:
        return parse_number(text)
    except NumberError as error:
        code = {"scientific": "digits_lost", "too_long": "too_many_digits", "excel_error": "formula_error"}
        found = code.get(error.code, "not_number")
        raise CellError(found, **({"limit": 28} if found == "too_many_digits" else {})) from None


def _without_translations() -> None:
    """The reading child has no settings; the kernel's messages, which it throws away, want some."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)


def check_range(column: Column, number: Decimal) -> None:
    """CellError when the number lies outside the column's inclusive limits."""
    if column.min is not None and number < Decimal(str(column.min)):
        raise CellError("too_small", limit=str(column.min))
    if column.max is not None and number > Decimal(str(column.max)):
        raise CellError("too_large", limit=str(column.max))


def plain(number: Decimal) -> str:
    """Digits without exponent, without zeros at the end of decimals, without minus zero."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _date(column: Column, text: str) -> str:
    return _dated(column, text, period=False)


def _period(column: Column, text: str) -> str:
    return _dated(column, text, period=True)


def _dated(column: Column, text: str, *, period: bool) -> str:
    _without_translations()
    from portal.calendar import DateError, parse_date, parse_period

    try:
        day = (parse_period if period else parse_date)(text).isoformat()
    except DateError as error:
        passed = ("two_digit_year", "no_such_day", "year_out_of_range")
        raise CellError(error.code if error.code in passed else f"not_{column.kind}") from None
    if column.min is not None and day < str(column.min):
        raise CellError("too_small", limit=str(column.min))
    if column.max is not None and day > str(column.max):
        raise CellError("too_large", limit=str(column.max))
    return day


def _choice(column: Column, text: str) -> str:
    code = choice_codes(column).get(fold(text))
    if code is None:
        labels = [str(label) for _code, label in column.choices]
        more = f" … ({len(labels)})" if len(labels) > 12 else ""
        raise CellError("not_choice", choices=", ".join(labels[:12]) + more)
    return code


@lru_cache(maxsize=512)
def choice_codes(column: Column) -> dict[str, str]:
    """Folded code or label → code. A code that lost its leading zeros counts if it is the only one."""
    known: dict[str, str] = {}
    for code, label in column.choices:
        known.setdefault(fold(str(label)), code)
    for code, _label in column.choices:
        known[fold(code)] = code
    short = [code.lstrip("0") for code, _label in column.choices]
    for code, _label in column.choices:
        bare = code.lstrip("0")
        if code.isdecimal() and bare and short.count(bare) == 1:
            known.setdefault(bare, code)
    return known


def fold(text: str) -> str:
    """Case and white space do not tell one choice from another; nor do Thai digits."""
    return "".join(text.split()).translate(_FROM_THAI).casefold()


def _bool(column: Column, text: str) -> str:
    folded = fold(text)
    if folded in _TRUE:
        return "true"
    if folded in _FALSE:
        return "false"
    raise CellError("not_bool")


_READERS: dict[str, Callable[[Column, str], str]] = {
    "text": _text,
    "identifier": _identifier,
    "decimal": _decimal,
    "integer": _integer,
    "date": _date,
    "period": _period,
    "choice": _choice,
    "bool": _bool,
}
