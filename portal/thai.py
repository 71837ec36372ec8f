"""Thai digits, numbers and words; sort and search keys that Python and PostgreSQL agree on.

Nothing here knows an app, a model or a request.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from django.utils.translation import gettext as _

THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
_TO_THAI = str.maketrans("0123456789", THAI_DIGITS)
_FROM_THAI = str.maketrans(THAI_DIGITS, "0123456789")

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_EXCEL_WRAPPED = re.compile(r'^=\s*"(.*)"$', re.DOTALL)
_BLANKS = {"", "-", "–", "—"}


class InputError(ValueError):
    """A value that a person or a file gave and that cannot be used.

    `code` is for rules and tests, `message` is the Thai sentence for the reader.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NumberError(InputError):
    """Codes: empty, not_a_number, ambiguous, scientific, excel_error, too_long."""


def clean_text(value: object) -> str:
    """Text of a cell as its author meant it: no ="…" wrapping, no leading ', no invisible characters,
    runs of white space as one space, none at the ends. None gives ''."""
    if value is None:
        return ""
    text = " ".join(_INVISIBLE.sub("", str(value)).split())
    wrapped = _EXCEL_WRAPPED.match(text)
    if wrapped:
        text = wrapped.group(1).strip()
    return text.removeprefix("'").strip()


def is_blank(value: object) -> bool:
    """True for None, white space and a lone dash, which the ministry's files write for "nothing"."""
    return clean_text(value) in _BLANKS


def to_thai_digits(text: object) -> str:
    """'หน้า 12' → 'หน้า ๑๒'."""
    return str(text).translate(_TO_THAI)


def from_thai_digits(text: str) -> str:
    """'๒๕๖๙' → '2569'; everything else stays."""
    return text.translate(_FROM_THAI)


# --- Numbers -------------------------------------------------------------------------------------

_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)(?:\.[0-9]+)?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+")
_LOOKS_NUMERIC = re.compile(r"[(+-]?\s*[0-9][0-9.,\s]*\)?")
_EXCEL_ERROR = re.compile(r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
_MINUS_SIGNS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-"})
_MAX_DIGITS = 28
_WIDE = Context(prec=100)  # so that rounding is exact for sums longer than the usual 28 digits


def parse_number(value: object) -> Decimal:
    """Read a number as a person or Excel writes it: Thai digits, thousands commas or spaces, ="…", 12.0.

    A whole number comes back without decimals. Raises NumberError rather than guess: "1,5" may be
    one and a half or a slip, "(5)" may be minus five, "1.2E+13" has lost its last digits.
    """
    if isinstance(value, bool):
        raise NumberError("not_a_number", _("พบค่าใช่/ไม่ใช่ แต่ต้องเป็นตัวเลข"))
    if isinstance(value, float):
        # repr keeps the digits a person saw in the cell; Decimal(float) would show binary dust.
        return _whole(Decimal(repr(value)))
    if isinstance(value, int | Decimal):
        return _whole(Decimal(value))
    if is_blank(value):
        raise NumberError("empty", _("ไม่มีตัวเลข"))
    text = from_thai_digits(clean_text(value)).translate(_MINUS_SIGNS)
    shown = text[:40]
    if _EXCEL_ERROR.fullmatch(text):
        raise NumberError(
            "excel_error",
            _("พบ “%(value)s” ซึ่งเป็นข้อผิดพลาดของสูตรใน Excel โปรดแก้สูตรแล้วบันทึกใหม่") % {"value": shown},
        )
    if _SCIENTIFIC.fullmatch(text):
        raise NumberError(
            "scientific",
            _("พบ “%(value)s” ซึ่ง Excel ย่อไว้จนเลขท้ายอาจหาย โปรดจัดรูปแบบเซลล์เป็นตัวเลขแล้วบันทึกใหม่")
            % {"value": shown},
        )
    text = re.sub(r"^([+-]) ", r"\1", text)
    if len(text) > 60:
        raise _too_long(text)
    if _PLAIN.fullmatch(text):
        return _whole(Decimal(text))
    if _GROUPED.fullmatch(text):
        return _whole(Decimal(text.replace(",", "").replace(" ", "")))
    if _LOOKS_NUMERIC.fullmatch(text):
        raise NumberError(
            "ambiguous",
            _("ตัวเลข “%(value)s” อ่านได้หลายแบบ โปรดใช้จุดเป็นทศนิยม และจุลภาคคั่นทุกสามหลัก เช่น 1,234.50")
            % {"value": shown},
        )
    raise NumberError(
        "not_a_number",
        _("พบ “%(value)s” แต่ต้องเป็นตัวเลขอย่างเดียว ไม่มีหน่วยหรือข้อความ") % {"value": shown},
    )


def _whole(number: Decimal) -> Decimal:
    """The number, without decimals if it has none; refuses what no field could hold."""
    if not number.is_finite():
        raise NumberError("not_a_number", _("ค่านี้ไม่ใช่ตัวเลข"))
    if len(number.as_tuple().digits) > _MAX_DIGITS or number.adjusted() >= _MAX_DIGITS:
        raise _too_long(str(number))
    whole = number.to_integral_value()
    return Decimal(int(whole)) if number == whole else number


def _too_long(text: str) -> NumberError:
    return NumberError(
        "too_long", _("ตัวเลข “%(value)s…” ยาวเกิน %(limit)s หลัก") % {"value": text[:20], "limit": _MAX_DIGITS}
    )


def format_number(number: Decimal | int, places: int | None = None) -> str:
    """Group by thousands: Decimal('1234.5'), 2 → '1,234.50', halves away from zero.

    Without `places` the number shows its own decimals, less trailing zeros.
    """
    value = Decimal(number)
    if places is not None:
        value = _round(value, places)
    text = f"{value:,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if value == 0 else text


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context=_WIDE)


_DIGIT_WORDS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACE_WORDS = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


def baht_text(amount: Decimal | int) -> str:
    """Baht in words as on receipts: 21.25 → 'ยี่สิบเอ็ดบาทยี่สิบห้าสตางค์', 100 → 'หนึ่งร้อยบาทถ้วน'.

    Rounded half up to the satang. Raises TypeError for float: money is never float.
    """
    if isinstance(amount, float):
        raise TypeError("baht_text takes Decimal or int, never float")
    rounded = _round(Decimal(amount), 2)
    baht, satang = divmod(int(_WIDE.scaleb(rounded.copy_abs(), 2)), 100)
    words = "ลบ" if rounded < 0 else ""
    if baht or not satang:
        words += (_number_words(baht) or "ศูนย์") + "บาท"
    return words + (_number_words(satang) + "สตางค์" if satang else "ถ้วน")


def _number_words(number: int, *, follows: bool = False) -> str:
    """Words of a whole number, '' for 0. `follows`: higher digits came before, so a last 1 is เอ็ด."""
    millions, rest = divmod(number, 1_000_000)
    words = _number_words(millions, follows=follows) + "ล้าน" if millions else ""
    follows = follows or bool(millions)
    digits = str(rest) if rest else ""
    for index, character in enumerate(digits):
        place, digit = len(digits) - index - 1, int(character)
        if digit == 0:
            continue
        if place == 0 and digit == 1 and (follows or len(digits) > 1):
            words += "เอ็ด"
        elif place == 1 and digit == 1:
            words += "สิบ"
        elif place == 1 and digit == 2:
            words += "ยี่สิบ"
        else:
            words += _DIGIT_WORDS[digit] + _PLACE_WORDS[place]
    return words


# --- Sort and search keys ------------------------------------------------------------------------
# Both keys exist twice, here and as an immutable SQL function, and a test holds them equal. They use
# only ASCII case folding and fixed character classes: lower() and normalisation forms differ between
# Python, PostgreSQL versions and C libraries, and would spoil an index.

_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_FOLD_FROM, _FOLD_TO = _UPPER + THAI_DIGITS, _LOWER + "0123456789"
_FOLD = str.maketrans(_FOLD_FROM, _FOLD_TO)
_TONE_INSIDE_AM = r"\u0E4D([\u0E48-\u0E4B]?)\u0E32"  # nikhahit, tone, sara aa: one sara am typed as two
_LEADING_VOWEL = r"([\u0E40-\u0E44])([\u0E01-\u0E2E])"
# Tone marks, karan and the like; Thai and ASCII punctuation; every kind of white space.
_LIGHT = (
    r"[\u0E47-\u0E4F\u0E2F\u0E3F\u0E46\u0E5A\u0E5B"
    r"\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u2000-\u206F\u3000\uFEFF]"
)
_TONE_INSIDE_AM_RE = re.compile(_TONE_INSIDE_AM)
_LEADING_VOWEL_RE = re.compile(_LEADING_VOWEL)
_LIGHT_RE = re.compile(_LIGHT)


def _fold(text: str) -> str:
    folded = text.translate(_FOLD).replace("เเ", "แ")
    return _TONE_INSIDE_AM_RE.sub("\\1ำ", folded)


def sort_key(text: str) -> str:
    """Key whose code-point order is Thai dictionary order.

    A leading vowel (เ แ โ ใ ไ) counts after its consonant; tone marks, karan, punctuation and spaces
    only break ties. Compare with COLLATE "C" in SQL. Same as portal_thai_sort_key(text).
    """
    swapped = _LEADING_VOWEL_RE.sub(r"\2\1", _fold(text))
    return _LIGHT_RE.sub("", swapped) + " " + swapped


def search_key(text: str) -> str:
    """Text reduced to what people agree on when they type a name: no case, tone mark, karan, space or
    punctuation; Thai digits as Arabic; sara am in one piece. Same as portal_thai_search_key(text).

    It holds no % or _, so it can stand between wildcards in LIKE as it is. It may be ''.
    """
    return _LIGHT_RE.sub("", _fold(text))


# The parts that few texts need are looked for first: that is cheaper than translating every letter.
_FOLD_SQL = f"""
    t text := replace(lower(raw COLLATE "C"), 'เเ', 'แ');
BEGIN
    IF t ~ '[{THAI_DIGITS}]' THEN t := translate(t, '{THAI_DIGITS}', '0123456789'); END IF;
    IF t ~ '\\u0E4D' THEN t := regexp_replace(t, '{_TONE_INSIDE_AM}', '\\1ำ', 'g'); END IF;
"""

SORT_KEY_SQL = f"""
CREATE OR REPLACE FUNCTION portal_thai_sort_key(raw text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE{_FOLD_SQL}
    t := regexp_replace(t, '{_LEADING_VOWEL}', '\\2\\1', 'g');
    RETURN regexp_replace(t, '{_LIGHT}+', '', 'g') || ' ' || t;
END
$body$;
"""

SEARCH_KEY_SQL = f"""
CREATE OR REPLACE FUNCTION portal_thai_search_key(raw text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE{_FOLD_SQL}
    RETURN regexp_replace(t, '{_LIGHT}+', '', 'g');
END
$body$;
"""
