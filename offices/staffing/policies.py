"""Who sees staffing and who keeps it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from offices.models import AssignmentKind
from offices.policies import CHIEF_KINDS, central_admin
from portal.access import holders

# The centre sees the nation, an inspector his offices, a chief his own: the active scope sees to which.
staffing_readers = holders(
    "staffing_readers",
    _("ผู้ดูแลระบบส่วนกลาง ผู้ตรวจราชการ อุตสาหกรรมจังหวัดหรือผู้รักษาราชการแทน"),
    [
        AssignmentKind.CENTRAL_ADMIN,
        AssignmentKind.HEAD_INSPECTOR,
        AssignmentKind.INSPECTOR,
        AssignmentKind.INSPECTOR_STAFF,
        *CHIEF_KINDS,
    ],
)
personnel = central_admin  # who brings lists in, and corrects a year of retirement
