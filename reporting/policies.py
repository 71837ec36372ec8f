"""Who may do what with reports. Which offices' reports is the scope's business."""

from django.utils.translation import gettext_lazy as _

from offices.models import AssignmentKind
from offices.policies import OFFICER_KINDS, figure_readers
from portal.access import holders

report_readers = figure_readers
report_writers = holders(
    "report_writers",
    _("เจ้าหน้าที่ หัวหน้ากลุ่ม ผู้ช่วยอุตสาหกรรมจังหวัด หรือผู้ดูแลระบบส่วนกลาง"),
    [*OFFICER_KINDS, AssignmentKind.CENTRAL_ADMIN],
)
