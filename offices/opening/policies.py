"""Who opens an office: the centre the nation's, a chief his own."""

from django.utils.translation import gettext_lazy as _

from offices.models import AssignmentKind
from offices.policies import CHIEF_KINDS
from portal.access import holders

opening_keepers = holders(
    "opening_keepers",
    _("ผู้ดูแลระบบส่วนกลาง อุตสาหกรรมจังหวัด หรือผู้รักษาราชการแทน"),
    [AssignmentKind.CENTRAL_ADMIN, *CHIEF_KINDS],
)
