"""The one list of state words: pages, PDFs, API and help all take them from here.

One word means one thing. A model's choices carry the same Thai word as this list, and a test
refuses a state that is not on it. Shapes are drawn, so that colour is never alone in saying what
a state is.
"""

from __future__ import annotations

from django.db import models

from portal.words.groups import GROUPS
from portal.words.state import StateWord

__all__ = ["GROUPS", "KIND_FIELDS", "STATE_FIELDS", "StateWord", "field_path", "word", "word_of"]

# Which group a model's state field speaks. Kinds (what a thing is, not how far it is) stand below.
STATE_FIELDS: dict[str, str] = {
    "portal.storedfile.state": "file",
    "portal.batch.state": "batch",
    "portal.batchrow.action": "row",
    "portal.batchfinding.level": "finding",
    "portal.job.state": "job",
    "portal.settingproposal.state": "proposal",
    "offices.documentend.how": "document",
    "offices.signinproposal.state": "sign_in",
    "offices.secondfactorreset.state": "reset",
    "offices.inspectionchange.state": "proposal",
    "offices.erasure.state": "erasure",
    "offices.developmentplan.state": "development_plan",
    "offices.attendance.state": "attendance",
    "offices.stint.state": "stint",
    "offices.handover.state": "handover",
    "offices.stintday.state": "stint_day",
    "offices.recordrequest.state": "record_request",
    "factories.factorycontact.state": "contact",
    "reporting.followup.outcome": "follow_up",
    "factories.factory.status": "factory",
    "factories.factory.source_status": "factory",
    "factories.factorystate.status": "factory",
    "factories.factorystate.source_status": "factory",
}

# Choices that name a kind and therefore need no state word.
KIND_FIELDS: frozenset[str] = frozenset(
    {
        "offices.office.kind",
        "offices.group.code",
        "offices.person.employment",
        "offices.signinproposal.employment",
        "offices.invitation.way",
        "offices.invitation.purpose",
        "offices.assignment.kind",
        "offices.positionline.type",
        "offices.post.leads",
        "offices.placement.kind",
        "offices.statutorycard.act",
        "offices.orderline.kind",
        "offices.orderline.act",
        "offices.absence.kind",
        "offices.inspectionchange.kind",
        "offices.privatereading.act",
        "offices.supportaccess.kind",
        "offices.orderline.ends",
        "offices.nomination.opinion",
        "offices.assistantreview.outcome",
        "offices.subjectlevel.subject",
        "offices.subjectlevel.basis",
        "offices.assessment.kind",
        "offices.developmentitem.subject",
        "offices.developmentitem.method",
        "offices.trainingcourse.subject",
        "offices.trainingcourse.kind",
        "offices.attendance.role",
        "offices.stint.kind",
        "offices.stint.subject",
        "factories.factory.coordinate_source",
        "factories.responsibilityrule.size",
        "factories.responsibilitychange.act",
        "factories.factorycontact.kind",
        "reporting.submission.channel",
        "reporting.compilerun.kind",
        "reporting.edition.level",
        "reporting.editionfile.kind",
    }
)

_BY_CODE = {(group, word.code): word for group, words in GROUPS.items() for word in words}


def word(group: str, code: str) -> StateWord:
    """The word of a state. Raises KeyError when it is not on the list."""
    return _BY_CODE[group, code]


def field_path(field: models.Field) -> str:
    """'portal.job.state' for the field of a model."""
    return f"{field.model._meta.label_lower}.{field.name}"


def word_of(row: models.Model, name: str) -> StateWord:
    """The word of a row's state field. Raises KeyError when field or state is not on the list."""
    field = row._meta.get_field(name)
    return word(STATE_FIELDS[f"{row._meta.label_lower}.{field.name}"], getattr(row, name))
