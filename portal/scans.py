"""Scans of papers issued elsewhere: kept as they are, once the bytes are what they say."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import IO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from portal.models import StoredFile, User
from portal.problems import Invalid

ORDER, FACT = "order_scan", "fact_scan"  # purposes
MAX_BYTES = 20 * 2**20
# first bytes → (content type, ending)
_KINDS = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)


def store_scan(
    *, name: str, content: IO[bytes], office_id: int | None, user: User | None, purpose: str = ORDER
) -> StoredFile:
    """Keep a scan (PDF, PNG or JPEG, at most 20 MB); ``office_id`` None belongs to the centre.

    Raises Invalid for anything else. The caller owns the transaction and has asked who may.
    """
    data = content.read(MAX_BYTES + 1)
    fault = fault_of(data)
    if fault:
        raise Invalid(fault, fields={"scan": [fault]})
    kind, ending = next((kind, ending) for head, kind, ending in _KINDS if data.startswith(head))
    digest = hashlib.sha256(data).hexdigest()
    stored = StoredFile(
        name=(PurePath(name.replace("\\", "/")).stem[:200] or "scan") + ending,
        content_type=kind,
        size=len(data),
        sha256=digest,
        state=StoredFile.State.ACCEPTED,
        purpose=purpose,
        office_id=office_id,
        created_by=user,
    )
    stored.file.save(digest, ContentFile(data), save=True)
    return stored


def fault_of(data: bytes) -> str:
    """What is wrong with the bytes of a scan (read up to MAX_BYTES + 1), as a sentence; '' when nothing."""
    if not data:
        return _("ไฟล์สแกนว่างเปล่า โปรดเลือกไฟล์ใหม่")
    if len(data) > MAX_BYTES:
        return _("ไฟล์สแกนใหญ่เกิน 20 MB โปรดสแกนใหม่ให้เล็กลง")
    if not any(data.startswith(head) for head, _kind, _ending in _KINDS):
        return _("ไฟล์สแกนต้องเป็น PDF, PNG หรือ JPEG")
    return ""
