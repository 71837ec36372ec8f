"""The kinds of documents: how each is numbered, drawn and checked. Later kinds are declared beside these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from offices.documents.content import Fault, order_faults, record_faults
from portal import dated, practice
from portal.dated import Declared, place_of

APPOINTMENT_ORDER = "appointment_order"
WORK_RECORD = "work_record"
PAPER = "document_paper"  # the purpose of the files of most kinds


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    ``heading`` stands in Thai before the office's name at the head of the paper; ``template`` draws it
    (``offices.documents.paper``); ``faults`` gives everything wrong with its content. ``thai_digits``
    prints every number of the paper in Thai digits, the address of its check apart. ``purpose`` is that of
    its files. A ``restricted`` kind is about one person: it is read by those whom a condition lets in that
    its app registers (``selectors.register_sight``), and not by the whole office.
    """

    code: str
    label: Any
    heading: str
    template: str
    faults: Callable[[Mapping[str, Any]], Iterator[Fault]]
    thai_digits: bool = True
    purpose: str = PAPER
    restricted: bool = False

    @property
    def prefix_key(self) -> str:
        """The dated setting of what an office prints before its numbers."""
        return f"offices.number_prefix:{self.code}"

    def printed(self, number: int, year_be: int, *, office_code: str, day: date) -> str:
        """A number as an office prints it on a day: 'ที่ 12/2569'."""
        prefix = dated.on(self.prefix_key, day, place=place_of(office_code)).value
        return f"{practice.PREFIX if practice.on() else ''}{prefix} {number}/{year_be}"


_kinds: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a kind known, and the setting of its prefix."""
    _kinds[kind.code] = kind
    dated.declare(
        Declared(
            key=kind.prefix_key,
            label=_("คำนำหน้าเลขที่เอกสาร"),
            default="ที่",
            source="ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ พ.ศ. 2526 แบบคำสั่ง; คำนำหน้าของแต่ละสำนักงานยังไม่ยืนยัน",
            owner=_("ฝ่ายบริหารทั่วไปของสำนักงาน"),
            by_office=True,
        )
    )
    return kind


def kind_of(code: str) -> Kind:
    """The kind of a code. Raises KeyError for one that nobody declared."""
    return _kinds[code]


def restricted() -> list[str]:
    """The codes of the kinds that not everybody of an office reads."""
    return [kind.code for kind in _kinds.values() if kind.restricted]


def choices() -> list[tuple[str, Any]]:
    """(code, label) of every kind, in the order of their declaration."""
    return [(kind.code, kind.label) for kind in _kinds.values()]


declare(
    Kind(
        code=APPOINTMENT_ORDER,
        label=_("คำสั่ง"),
        heading="คำสั่ง",
        template="pdf/order.html",
        faults=order_faults,
    )
)
declare(
    Kind(
        code=WORK_RECORD,
        label=_("แฟ้มผลงานรับรอง"),
        heading="แฟ้มผลงานรับรอง",
        template="pdf/work_record.html",
        faults=record_faults,
        thai_digits=False,  # tables of figures
        purpose="work_record",
        restricted=True,
    )
)

# Orders are signed on the day they are numbered; whether a date may run behind an earlier number's is
# for the office's superior to say.
BACK_DATED = dated.declare(
    Declared(
        key="offices.back_dated_signing",
        label=_("ลงวันที่เอกสารย้อนหลังเลขที่ออกไปแล้วได้"),
        default=False,
        source="ข้อกำหนดของระบบ: วันที่ในทะเบียนเรียงตามเลขที่เสมอ จนกว่าจะมีหนังสือให้ลงย้อนหลังได้",
        verified=True,
        owner=_("สำนักงานปลัดกระทรวงอุตสาหกรรม"),
        by_office=True,
    )
)


def may_back_date(office_code: str, day: date) -> bool:
    """Whether an office may date a document behind an earlier number's, on the day of the act."""
    return bool(dated.on(BACK_DATED.key, day, place=place_of(office_code)).value)
