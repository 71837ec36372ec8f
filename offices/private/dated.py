"""How long what is kept: dated settings, not verified until a document says so."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal import dated

_SOURCE = "สมมติฐานของระบบ ยังไม่มีประกาศระยะเวลาเก็บรักษาข้อมูลบุคลากรของกระทรวงให้อ้างอิง"
_OWNER = _("เจ้าหน้าที่คุ้มครองข้อมูลส่วนบุคคลของกระทรวงอุตสาหกรรม")

PRIVATE_YEARS = dated.declare(
    dated.Declared(
        key="privacy.private_years",
        label=_("เก็บข้อมูลส่วนบุคคลของผู้พ้นหน้าที่กี่ปี"),
        default=10,
        source=_SOURCE,
        owner=_OWNER,
        minimum=1,
        maximum=60,
    )
)
COPY_DAYS = dated.declare(
    dated.Declared(
        key="privacy.copy_days",
        label=_("สำเนาข้อมูลของตนเองดาวน์โหลดได้กี่วัน"),
        default=7,
        source=_SOURCE,
        owner=_OWNER,
        minimum=1,
        maximum=90,
    )
)
EXPORT_DAYS = dated.declare(
    dated.Declared(
        key="privacy.export_days",
        label=_("เก็บไฟล์ส่งออกของรายการยาวกี่วัน"),
        default=90,
        source=_SOURCE,
        owner=_OWNER,
        minimum=1,
        maximum=3650,
    )
)
