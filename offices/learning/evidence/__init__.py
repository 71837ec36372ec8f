"""What speaks for somebody's level: his matters, his training, his days in others' work, his assessments.

A registry: each source counts for many people at once, and lists the entries behind a count for one. Cases
come from the apps that own their types (``CaseEvidence``); a new case type registers itself and appears in
everybody's evidence, his page and his work record, with no further word.

A person's own work goes with him: sources count in every office he worked in. So callers ask first whose
evidence a reader sees (``policies``), and lists of matters are shown to those who see the person whole.
"""

from offices.learning.evidence.cases import CaseEvidence
from offices.learning.evidence.learning import AssessmentEvidence, StintEvidence, TrainingEvidence
from offices.learning.evidence.registry import (
    LEARNING,
    MATTERS,
    Count,
    Deed,
    Entry,
    Source,
    counts,
    entries,
    register_evidence,
    sources,
    supported,
)

__all__ = [
    "LEARNING",
    "MATTERS",
    "AssessmentEvidence",
    "CaseEvidence",
    "Count",
    "Deed",
    "Entry",
    "Source",
    "StintEvidence",
    "TrainingEvidence",
    "counts",
    "entries",
    "register_evidence",
    "sources",
    "supported",
]
