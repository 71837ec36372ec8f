"""What people can do and how they learn it: levels, ratings, plans, training, stints, work records.

These rows belong to a person and not to an office: they go with him when he moves. So none of them has an
office's scope; ``offices.learning.selectors`` is the one door, and asks whose a reader sees.
"""

from offices.models.learning.levels import (
    Assessment,
    AssessmentLine,
    Competency,
    LevelDescriptor,
    Subject,
    SubjectLevel,
)
from offices.models.learning.plans import DevelopmentItem, DevelopmentPlan, PlanAct
from offices.models.learning.records import RecordRequest
from offices.models.learning.stints import Stint, StintDay
from offices.models.learning.training import Attendance, TrainingCourse, TrainingSession

__all__ = [
    "Assessment",
    "AssessmentLine",
    "Attendance",
    "Competency",
    "DevelopmentItem",
    "DevelopmentPlan",
    "LevelDescriptor",
    "PlanAct",
    "RecordRequest",
    "Stint",
    "StintDay",
    "Subject",
    "SubjectLevel",
    "TrainingCourse",
    "TrainingSession",
]
