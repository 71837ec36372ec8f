"""Who may do what with reports. Which offices' reports is the scope's business."""

from django.utils.translation import gettext_lazy as _

from offices.models import AssignmentKind
from offices.policies import CHIEF_KINDS, OFFICER_KINDS, figure_readers, office_staff
from portal.access import Policy, holders
from portal.actors import Actor, Capacity
from reporting.workflow import CERTIFY_REPORTS

report_readers = figure_readers
report_writers = holders(
    "report_writers",
    _("เจ้าหน้าที่ หัวหน้ากลุ่ม ผู้ช่วยอุตสาหกรรมจังหวัด หรือผู้ดูแลระบบส่วนกลาง"),
    [*OFFICER_KINDS, AssignmentKind.CENTRAL_ADMIN],
)


def certifying(actor: Actor) -> tuple[Capacity, ...]:
    """The capacities in which an actor certifies: chief, acting chief, or whoever was delegated that."""
    delegated = actor.holding([AssignmentKind.DELEGATED])
    named = (capacity for capacity in delegated if CERTIFY_REPORTS.code in capacity.powers)
    return (*actor.holding(CHIEF_KINDS), *named)


package_actors = Policy(
    "package_actors",
    _("บุคลากรของสำนักงานอุตสาหกรรมจังหวัด หรือผู้ที่ได้รับมอบอำนาจรับรองชุดรายงาน"),
    lambda actor: office_staff.test(actor) or bool(certifying(actor)),
)
