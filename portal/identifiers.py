"""Numbers that name factories, people and companies: read, check, mask.

14-digit factory number A B CC DDDDD EEEE F: issuer, place, province, running number, B.E. year and a
Luhn check digit over all fourteen (department's numbering notice; check digit verified on the registry).
Old number [prefix]category-type[(sub)]-running/year[province]: the display form of the department.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.thai import InputError, clean_text, from_thai_digits, is_blank


class IdentifierError(InputError):
    """Codes: empty, not_14_digits, scientific, zeros_lost, check_digit, old_number_shape, old_number_year,
    not_13_digits."""


# --- 14-digit factory number ---------------------------------------------------------------------


class FactoryNumber(NamedTuple):
    """Parts of a 14-digit number, as text but for the year (B.E.)."""

    issuer: str  # 1 department, 2 provincial office, 6 local authority, 7 estate authority, 0 legacy
    place: str  # 0 outside an estate, 2–3 inside one
    province: str
    running: str
    year: int
    check: str


def clean_factory_number(value: object) -> str:
    """The 14 digits, out of ="…", spaces, hyphens, Thai digits or a cell that Excel made a number of.

    Raises IdentifierError: empty, not_14_digits, scientific (Excel cut its end), zeros_lost (a number
    cell cannot hold a leading zero). Does not look at the check digit.
    """
    if is_blank(value):
        raise IdentifierError("empty", _("ไม่มีเลขทะเบียนโรงงาน"))
    text = re.sub(r"[\s-]", "", from_thai_digits(clean_text(value)))
    number_cell = isinstance(value, int | float) or re.fullmatch(r"[0-9]+\.0+", text)
    if number_cell:
        text = text.partition(".")[0]
    if re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+", text):
        raise IdentifierError(
            "scientific",
            _("พบ “%(value)s” ซึ่ง Excel ย่อไว้จนเลขท้ายหาย โปรดจัดเซลล์เป็นข้อความแล้วพิมพ์เลข 14 หลักใหม่")
            % {"value": text[:30]},
        )
    if re.fullmatch(r"[0-9]{14}", text):
        return text
    if number_cell and re.fullmatch(r"[0-9]{11,13}", text):
        raise IdentifierError(
            "zeros_lost",
            _("พบ “%(value)s” (%(found)s หลัก) เลข 0 ข้างหน้าอาจหายเพราะเซลล์เป็นตัวเลข โปรดจัดเซลล์เป็นข้อความ")
            % {"value": text, "found": len(text)},
        )
    raise IdentifierError(
        "not_14_digits", _("พบ “%(value)s” แต่เลขทะเบียนโรงงานต้องมีตัวเลข 14 หลัก") % {"value": text[:30]}
    )


def parse_factory_number(value: object) -> FactoryNumber:
    """Clean, check and take apart. Raises IdentifierError, with check_digit when the sum is wrong."""
    digits = clean_factory_number(value)
    if not check_factory_number(digits):
        raise IdentifierError(
            "check_digit",
            _("เลขทะเบียนโรงงาน %(value)s ไม่ผ่านการตรวจหลักสุดท้าย อาจพิมพ์ผิดหรือสลับหลัก โปรดเทียบกับใบอนุญาต")
            % {"value": digits},
        )
    return FactoryNumber(digits[0], digits[1], digits[2:4], digits[4:9], int(digits[9:13]), digits[13])


def check_factory_number(digits: str) -> bool:
    """True if `digits` is 14 ASCII digits whose Luhn sum is a multiple of ten."""
    return re.fullmatch(r"[0-9]{14}", digits) is not None and _luhn_sum(digits) % 10 == 0


def make_factory_number(*, issuer: int, province: str, running: int, year: int, place: int = 0) -> str:
    """A well-formed number for demonstration data; `year` B.E. Use running numbers from 90000 up, where
    no real number lies. Raises ValueError when a part does not fit its digits."""
    body = f"{issuer}{place}{province}{running:05}{year:04}"
    if year < 2400 or not re.fullmatch(r"[0-9]{13}", body):
        raise ValueError(f"parts do not make 13 digits: {body}")
    return body + str(-_luhn_sum(body + "0") % 10)


def _luhn_sum(digits: str) -> int:
    total = 0
    for index, character in enumerate(reversed(digits)):
        value = int(character) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


# --- Old-style number ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OldNumber:
    """Parts of an old number. Estate numbers (น.…-ญนอ.) have no category and no province."""

    prefix: str  # '' for the department's own, else จ ข ศ ส อ น …
    category: int | None
    factory_type: int
    sub: int | None
    running: int
    year: int  # B.E.; two written digits are 25yy
    province: str  # two Thai letters; '' for Bangkok, which is written with and without กท
    estate: str  # letters of the issuing estate, without dots; '' outside estates

    @property
    def key(self) -> str:
        """One spelling for all spellings; two year digits, because most of the registry has two."""
        category = f"{self.category}-" if self.category is not None else ""
        sub = f"({self.sub})" if self.sub is not None else ""
        tail = f"-{self.estate}" if self.estate else self.province
        return f"{self.prefix}{category}{self.factory_type}{sub}-{self.running}/{self.year % 100:02}{tail}"

    @property
    def class_code(self) -> str:
        """The five-digit class: type (3) and sub-type (2), '00906' for 9(6)."""
        return f"{self.factory_type:03}{self.sub or 0:02}"


_TYPE_AND_RUNNING = (
    r"(?P<type>[0-9]{1,3})(?:\((?P<sub>[0-9]{1,2})\))?-(?P<running>[0-9]{1,6})/(?P<year>[0-9]{4}|[0-9]{2})"
)
_COMMON = re.compile(
    rf"(?P<prefix>(?:[ก-ฮ]\.?){{0,2}})(?P<category>[123])-{_TYPE_AND_RUNNING}(?P<province>(?:[ก-ฮ]\.?){{2}})?"
)
_ESTATE = re.compile(rf"(?P<prefix>น\.?){_TYPE_AND_RUNNING}-?(?P<estate>(?:[ก-ฮ]\.?){{2,6}})")
_LOOKALIKES = str.maketrans(
    {"‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "－": "-", "／": "/", "（": "(", "）": ")", "\\": "/"}
)
_BANGKOK = "กท"


def parse_old_number(value: object) -> OldNumber:
    """Read an old number in any of its spellings: dots, spaces, Thai digits, ="…", long dashes, leading
    zeros, two- or four-digit B.E. year, with or without province. Raises IdentifierError."""
    if is_blank(value):
        raise IdentifierError("empty", _("ไม่มีเลขทะเบียนเดิม"))
    text = re.sub(r"\s", "", from_thai_digits(clean_text(value)).translate(_LOOKALIKES))
    match = _COMMON.fullmatch(text) or _ESTATE.fullmatch(text)
    if match is None:
        raise IdentifierError(
            "old_number_shape",
            _("“%(value)s” ไม่ใช่รูปแบบเลขทะเบียนเดิม ตัวอย่างที่ถูก: จ3-9(6)-100/51ปจ") % {"value": text[:40]},
        )
    parts = match.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2500
    elif not 2482 <= year < 2700:  # the first factory act is of B.E. 2482
        raise IdentifierError(
            "old_number_year", _("ปี %(year)s ในเลขทะเบียนเดิมต้องเป็น พ.ศ.") % {"year": parts["year"]}
        )
    province = (parts.get("province") or "").replace(".", "")
    return OldNumber(
        prefix=parts["prefix"].replace(".", ""),
        category=int(parts["category"]) if parts.get("category") else None,
        factory_type=int(parts["type"]),
        sub=int(parts["sub"]) if parts["sub"] else None,
        running=int(parts["running"]),
        year=year,
        province="" if province == _BANGKOK else province,
        estate=(parts.get("estate") or "").replace(".", ""),
    )


def normalise_old_number(value: object) -> str:
    """The key under which every spelling of one old number meets. Raises IdentifierError."""
    return parse_old_number(value).key


# --- Thirteen digits: citizens and juristic persons ----------------------------------------------


def clean_thirteen(value: object) -> str:
    """The 13 digits, out of ="…", hyphens, spaces, Thai digits or a number cell.

    Raises IdentifierError: empty, not_13_digits. The message never repeats the number.
    """
    if is_blank(value):
        raise IdentifierError("empty", _("ไม่มีเลขประจำตัว 13 หลัก"))
    text = re.sub(r"[\s-]", "", from_thai_digits(clean_text(value)))
    text = re.sub(r"\.0+$", "", text)
    if not re.fullmatch(r"[0-9]{13}", text):
        raise IdentifierError("not_13_digits", _("เลขประจำตัวต้องมีตัวเลข 13 หลัก"))
    return text


def thirteenth_digit(first_twelve: str) -> str:
    """Check digit: weights 13 to 2, then (11 − sum mod 11) mod 10."""
    total = sum(int(digit) * weight for digit, weight in zip(first_twelve, range(13, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


def check_citizen_id(digits: str) -> bool:
    """True if `digits` is 13 ASCII digits with the right check digit (wrong: an error)."""
    return re.fullmatch(r"[0-9]{13}", digits) is not None and digits[12] == thirteenth_digit(digits[:12])


def check_juristic_id(digits: str) -> bool:
    """The same sum for a juristic number, which begins with 0 (wrong: a warning, the rule is inferred)."""
    return digits.startswith("0") and check_citizen_id(digits)


def mask_citizen_id(value: object) -> str:
    """'1-2345-XXXXX-XX-1': the first five digits and the last. Anything but 13 digits is hidden whole."""
    try:
        digits = clean_thirteen(value)
    except IdentifierError:
        return "X-XXXX-XXXXX-XX-X"
    return f"{digits[0]}-{digits[1:5]}-XXXXX-XX-{digits[12]}"
