"""A case is a matter that a chief decides. Only ``case_transition`` changes its status."""

from django.db import models
from django.db.models import Q

from offices.models.org import Group, Office
from portal.models.base import PublicId, append_only
from portal.scope import ScopedModel, scoped


class CaseType(models.Model):
    """A kind of matter; rows are synced from the registered workflows."""

    code = models.CharField(max_length=40, primary_key=True)
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)


class CaseState(models.Model):
    """A state a case type knows; the target of the composite key of ``Case``."""

    case_type = models.ForeignKey(CaseType, on_delete=models.PROTECT, related_name="states")
    code = models.CharField(max_length=30)
    final = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_type", "code"], name="casestate_once")]


class Case(PublicId, ScopedModel):
    """One matter of one office. (case_type, state) is a foreign key to CaseState (migration 0002)."""

    SCOPE = {"office": "office_id"}

    case_type = models.ForeignKey(CaseType, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=30)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="cases")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")  # the group that owns it
    title = models.CharField(max_length=300)
    version = models.PositiveIntegerField(default=1)
    state_since = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "office"], name="case_with_office"),
            models.CheckConstraint(condition=Q(version__gte=1), name="case_version"),
        ]
        indexes = [models.Index(fields=["office", "case_type", "state"], name="case_worklist")]

    def __str__(self) -> str:
        return self.title


class CaseEvent(ScopedModel):
    """One act on a case: transition, capacity, reason. Append-only.

    An act in two capacities (a group head who is also the assistant) is one transition with one
    event for each capacity, all of the same ``version_after``.
    """

    SCOPE = {"office": "office_id"}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    transition = models.CharField(max_length=40)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30)
    version_after = models.PositiveIntegerField()
    user = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("offices.Person", null=True, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(
        "offices.Assignment", null=True, on_delete=models.PROTECT, related_name="+"
    )
    person_name = models.CharField(max_length=200, blank=True)  # as it was at the act
    capacity = models.CharField(max_length=300, blank=True)
    role = models.CharField(max_length=20, blank=True)  # AssignmentKind in which he acted
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    request_id = models.CharField(max_length=36, blank=True)

    objects = scoped(office="office_id")

    class Meta:
        triggers = [append_only("caseevent_append_only")]
        constraints = [
            # the second lock behind the version: two acts cannot both lead to one version
            models.UniqueConstraint(
                fields=["case", "version_after", "role"], name="caseevent_one_act_a_version"
            )
        ]
        indexes = [models.Index(fields=["case", "id"], name="caseevent_case")]
