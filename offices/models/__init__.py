"""Organisation, people, orders, assignments; documents and registers; and the case engine's tables."""

from offices.models.cases import Case, CaseEvent, CaseState, CaseType
from offices.models.documents import Document, DocumentEnd, Letterhead, Register
from offices.models.org import (
    District,
    Group,
    InspectionGroup,
    InspectionGroupZone,
    InspectionZone,
    Office,
    Province,
    ZoneProvince,
)
from offices.models.people import AppointmentOrder, Assignment, AssignmentKind, Person

__all__ = [
    "AppointmentOrder",
    "Assignment",
    "AssignmentKind",
    "Case",
    "CaseEvent",
    "CaseState",
    "CaseType",
    "District",
    "Document",
    "DocumentEnd",
    "Group",
    "InspectionGroup",
    "InspectionGroupZone",
    "InspectionZone",
    "Letterhead",
    "Office",
    "Person",
    "Province",
    "Register",
    "ZoneProvince",
]
