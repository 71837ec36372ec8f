"""Pages of absences: one's own, the office's coming sixty days, who acts today, entering, cancelling."""

from offices.absences.views.detail import AbsenceDetail, AbsenceOffice, AbsenceTold
from offices.absences.views.entry import AbsenceAdd, AbsenceCancel, AbsenceEdit
from offices.absences.views.lists import AbsenceList, AbsenceMine

__all__ = [
    "AbsenceAdd",
    "AbsenceCancel",
    "AbsenceDetail",
    "AbsenceEdit",
    "AbsenceList",
    "AbsenceMine",
    "AbsenceOffice",
    "AbsenceTold",
]
