"""What a document says: checked, frozen as canonical JSON, hashed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

Fault = tuple[str, str]  # (field, Thai sentence)


@dataclass(frozen=True)
class Signatory:
    """Who signs, as resolved at signing and frozen in words.

    ``position`` is his own post, ``capacity`` the lines under it where he signs for another
    ("รักษาราชการแทน", "อุตสาหกรรมจังหวัดปราจีนบุรี"), ``authority`` the order that says he may.
    ``person`` and ``assignment`` are public ids, or ''.
    """

    name: str
    position: str
    capacity: tuple[str, ...] = ()
    authority: str = ""
    person: str = ""
    assignment: str = ""

    def words(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {**asdict(self), "capacity": list(self.capacity)}

    def faults(self) -> Iterator[Fault]:
        """What is missing."""
        if not self.name.strip() or not self.position.strip():
            yield "signatory", _("ต้องมีชื่อและตำแหน่งของผู้ลงนาม")


def canonical(value: Mapping[str, Any]) -> str:
    """JSON that is always written the same way: keys in order, no blanks, Thai as it is.

    Raises TypeError for a float: two machines may write one differently.
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a document's content holds text and whole numbers, never a float")
    for one in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        _refuse_floats(one)


def sha256(data: str | bytes) -> str:
    """The hash of bytes, or of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


# --- Orders ---


def order_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything wrong with the content of an order.

    ``paragraphs`` are its sentences; ``annex``, if any, is a table of texts: title, columns, rows.
    """
    if not _has_paragraphs(content):
        yield "paragraphs", _("เนื้อความของคำสั่งต้องมีอย่างน้อยหนึ่งย่อหน้า และไม่มีย่อหน้าว่าง")
    for name in sorted(set(content) - {"paragraphs", "annex"}):
        yield name, _("คำสั่งไม่มีส่วนชื่อ “%(name)s”") % {"name": name}
    annex = content.get("annex")
    if annex is not None:
        yield from _annex_faults(annex)


def record_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything wrong with the content of a work record: ``paragraphs`` as in an order, and ``annexes``, any
    number of tables of texts like an order's annex."""
    if not _has_paragraphs(content):
        yield "paragraphs", _("แฟ้มผลงานต้องมีอย่างน้อยหนึ่งย่อหน้า และไม่มีย่อหน้าว่าง")
    for name in sorted(set(content) - {"paragraphs", "annexes"}):
        yield name, _("แฟ้มผลงานไม่มีส่วนชื่อ “%(name)s”") % {"name": name}
    for annex in content.get("annexes", ()):
        yield from _annex_faults(annex)


def _has_paragraphs(content: Mapping[str, Any]) -> bool:
    paragraphs = content.get("paragraphs")
    return _texts(paragraphs) and all(text.strip() for text in paragraphs or ())


def _annex_faults(annex: Any) -> Iterator[Fault]:
    whole = isinstance(annex, Mapping) and set(annex) == {"title", "columns", "rows"}
    if not whole or not _texts(annex["columns"]) or not str(annex["title"]).strip():
        yield "annex", _("บัญชีแนบท้ายต้องมีชื่อ หัวคอลัมน์ และรายการ")
        return
    width = len(annex["columns"])
    wrong = [
        number for number, row in enumerate(annex["rows"], start=1) if not _texts(row) or len(row) != width
    ]
    if not annex["rows"] or wrong:
        where = ", ".join(map(str, wrong[:10])) or "–"
        yield (
            "annex",
            _("บัญชีแนบท้ายต้องมีรายการ และทุกรายการต้องมี %(width)s ช่อง รายการที่ไม่ครบ: %(where)s")
            % {"width": width, "where": where},
        )


def _texts(value: Any) -> bool:
    """A list of texts with something in it."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
