"""The paper of a document: drawn once, at issuing, in Thai whatever language its signer reads.

Layout of an order as the correspondence regulation shows it: emblem, "คำสั่ง" and office, number,
subject, a rule, the sentences, the day, the signer; margins 2.5 cm above, 3 left, 2 right, 2 below;
emblem 3 cm high, first lines 2.5 cm in. Sixteen points of TH Sarabun are twelve of Sarabun.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from offices.documents.kinds import Kind
from portal import qr
from portal.calendar import be_year, format_date_th
from portal.pdf import PdfUnavailable, render_pdf
from portal.pdf_fonts import FontsMissing
from portal.problems import Problem
from portal.thai import to_thai_digits

EMBLEM_BYTES = 2**20
EMBLEM_PIXELS = 4000  # a side
_IMAGES = {"PNG": "image/png", "JPEG": "image/jpeg"}

PAGE_CSS = """
@page { margin: 25mm 20mm 20mm 30mm;
  @top-left { content: none } @bottom-left { content: none } @bottom-right { content: none }
  @top-center { content: "- " counter(page, %(digits)s) " -"; font: 12pt Sarabun; white-space: nowrap } }
@page :first { @top-center { content: none } }
html { font-size: 12pt; color: #000 }
"""


class PaperUnavailable(Problem):
    """No PDF can be drawn on this machine, so nothing was issued and no number given."""

    status = 503


def address(token: str) -> str:
    """Where anybody checks a document."""
    return f"{settings.PUBLIC_ADDRESS}{reverse('check:document-detail', args=[token])}"


def render(kind: Kind, said: Mapping[str, Any], *, token: str, emblem: bytes | None) -> bytes:
    """The PDF of what a document says (``services.issue``), with the QR code of its check.

    Raises PaperUnavailable where system libraries or fonts are missing.
    """
    digits = to_thai_digits if kind.thai_digits else str
    signed_on = date.fromisoformat(said["signed_on"])
    where = address(token)
    shown = _each(said, digits)
    with translation.override("th"):
        title = f"{shown['reference']} {shown['subject']}"
        html = render_to_string(
            kind.template,
            {
                "title": title,
                "heading": kind.heading,
                "paper": shown,
                "signed_on": digits(in_full(signed_on)),
                "emblem": _data_url(emblem) if emblem else "",
                "address": where,
                "qr": qr.svg(where),
            },
        )
    try:
        style = PAGE_CSS % {"digits": "thai" if kind.thai_digits else "decimal"}
        return render_pdf(html, title=title, base_css=style)
    except (PdfUnavailable, FontsMissing) as error:
        raise PaperUnavailable(
            str(error), mend=_("ยังไม่มีการออกเลขหรือเอกสาร เมื่อติดตั้งแล้วทำรายการใหม่ได้")
        ) from error


def in_full(day: date) -> str:
    """A date as official papers write it: '12 พฤษภาคม พ.ศ. 2566'."""
    day_and_month = format_date_th(day, "long").rpartition(" ")[0]
    return f"{day_and_month} พ.ศ. {be_year(day)}"


def _each(value: Any, change: Any) -> Any:
    """The same value with every text and whole number in it changed."""
    if isinstance(value, Mapping):
        return {key: _each(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_each(one, change) for one in value]
    return change(value)


# --- The emblem ---


def emblem_faults(data: bytes) -> Iterator[str]:
    """What is wrong with an emblem's bytes (read up to EMBLEM_BYTES + 1)."""
    if not data:
        yield _("ไฟล์ว่างเปล่า โปรดเลือกไฟล์ใหม่")
    elif len(data) > EMBLEM_BYTES:
        yield _("ไฟล์ตราใหญ่เกิน 1 MB")
    elif _image_kind(data) is None:
        yield _("ตราต้องเป็นภาพ PNG หรือ JPEG ด้านละไม่เกิน %(pixels)s จุด") % {"pixels": EMBLEM_PIXELS}


def _image_kind(data: bytes) -> str | None:
    """PNG or JPEG, when it is one of reasonable size; only its head is read."""
    from PIL import Image, UnidentifiedImageError  # weasyprint's own; missing where PDFs are

    try:
        with Image.open(BytesIO(data), formats=list(_IMAGES)) as image:
            return image.format if max(image.size) <= EMBLEM_PIXELS else None
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None


def _data_url(data: bytes) -> str:
    return f"data:{_IMAGES[_image_kind(data) or 'PNG']};base64,{b64encode(data).decode()}"
