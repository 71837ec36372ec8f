"""Who may read and change the registry. Which rows is the scope's business."""

from django.utils.translation import gettext_lazy as _

from offices.models import AssignmentKind
from offices.policies import OFFICER_KINDS
from portal.access import anybody_assigned, holders

registry_readers = anybody_assigned
registry_writers = holders(
    "registry_writers",
    _("เจ้าหน้าที่ หัวหน้ากลุ่ม ผู้ช่วยอุตสาหกรรมจังหวัด หรือผู้ดูแลระบบส่วนกลาง"),
    [*OFFICER_KINDS, AssignmentKind.CENTRAL_ADMIN],
)
