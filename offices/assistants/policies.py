"""Who opens the pages of the scheme, and which of its rows he sees."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from offices.models import Assignment, AssignmentKind, AssistantReview, Nomination
from offices.policies import CHIEF_KINDS
from portal.access import holders
from portal.actors import Actor

_OVERSEERS = (
    AssignmentKind.INSPECTOR,
    AssignmentKind.INSPECTOR_STAFF,
    AssignmentKind.HEAD_INSPECTOR,
    AssignmentKind.CENTRAL_ADMIN,
)

scheme_readers = holders(
    "scheme_readers",
    gettext_lazy("อุตสาหกรรมจังหวัด ผู้ช่วยอุตสาหกรรมจังหวัด ผู้ตรวจราชการและเจ้าหน้าที่ หรือผู้ดูแลระบบส่วนกลาง"),
    [*CHIEF_KINDS, AssignmentKind.ASSISTANT, *_OVERSEERS],
)
scheme_overseers = holders(
    "scheme_overseers", gettext_lazy("ผู้ตรวจราชการและเจ้าหน้าที่ หรือผู้ดูแลระบบส่วนกลาง"), _OVERSEERS
)
opinion_givers = holders(
    "opinion_givers",
    gettext_lazy("ผู้ตรวจราชการหรือผู้ดูแลระบบส่วนกลาง"),
    [AssignmentKind.INSPECTOR, AssignmentKind.CENTRAL_ADMIN],
)


def _seen(actor: Actor, own: Q) -> Q:
    """Rows with office and person that the reader sees: all of the scope as overseer, his offices' as
    chief, and of what is about himself what ``own`` says."""
    if actor.holding(_OVERSEERS):
        return Q()
    mine = Q(office__in=[held.office_id for held in actor.holding(CHIEF_KINDS)])
    return mine | Q(person=actor.person_id or 0) & own


def nominations_seen(actor: Actor) -> QuerySet[Nomination]:
    """The nominations the reader sees within the active scope; of his own only one that was agreed."""
    return Nomination.objects.filter(_seen(actor, Q(case__state__in=["agreed", "ordered"])))


def reviews_seen(actor: Actor) -> QuerySet[AssistantReview]:
    """The reviews the reader sees within the active scope; of his own only one that is closed."""
    return AssistantReview.objects.filter(_seen(actor, Q(case__state="closed")))


def appointments_seen(actor: Actor, rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Of these appointments of the active scope those that the reader sees, his own among them."""
    return rows.filter(_seen(actor, Q()))
