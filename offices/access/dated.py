"""How long support access may last."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from offices.models.support import LONGEST
from portal import dated

SUPPORT_MINUTES = dated.declare(
    dated.Declared(
        key="access.support_minutes",
        label=_("การเข้าถึงเพื่อสนับสนุนนานที่สุดกี่นาที"),
        default=60,
        source="ข้อกำหนดของระบบ ยังไม่มีระเบียบของกระทรวงให้อ้างอิง",
        owner=_("สำนักงานปลัดกระทรวงอุตสาหกรรม"),
        minimum=5,
        maximum=int(LONGEST.total_seconds() // 60),
    )
)
