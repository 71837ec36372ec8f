"""Organisation, people, orders, assignments; and the case engine's tables."""

from offices.models.cases import Case, CaseEvent, CaseState, CaseType
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
    "Group",
    "InspectionGroup",
    "InspectionGroupZone",
    "InspectionZone",
    "Office",
    "Person",
    "Province",
    "ZoneProvince",
]
