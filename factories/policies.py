"""Who may read and change the registry. Which rows is the scope's business."""

from django.utils.translation import gettext_lazy as _

from offices.models import AssignmentKind
from offices.policies import CHIEF_KINDS, OFFICER_KINDS, figure_readers, is_chief_of
from portal.access import holders
from portal.actors import Actor

registry_readers = figure_readers
registry_writers = holders(
    "registry_writers",
    _("เจ้าหน้าที่ หัวหน้ากลุ่ม ผู้ช่วยอุตสาหกรรมจังหวัด หรือผู้ดูแลระบบส่วนกลาง"),
    [*OFFICER_KINDS, AssignmentKind.CENTRAL_ADMIN],
)

RULE_SETTERS = _("หัวหน้ากลุ่ม ผู้ช่วยอุตสาหกรรมจังหวัดของกลุ่ม หรืออุตสาหกรรมจังหวัด")
rule_setters = holders(
    "rule_setters", RULE_SETTERS, [AssignmentKind.GROUP_HEAD, AssignmentKind.ASSISTANT, *CHIEF_KINDS]
)


def may_set_rules(actor: Actor, office_id: int, group_code: str) -> bool:
    """May say whose the factories are, in this group of this office: its head, its assistant, the chief."""
    if is_chief_of(actor, office_id):
        return True
    return any(
        capacity.group_code == group_code
        for capacity in actor.holding(
            [AssignmentKind.GROUP_HEAD, AssignmentKind.ASSISTANT], office_id=office_id
        )
    )
