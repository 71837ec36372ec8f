"""Loads the core competencies and what each level means."""

from __future__ import annotations

from pathlib import Path

from offices.models.learning import Competency, LevelDescriptor
from portal.reference import read_csv, write_changed

DATA = Path(__file__).resolve().parents[1] / "data"
SUBJECTS = "subject"  # the competency's place in the file, for levels of subjects


def load_competencies() -> int:
    """The five core competencies of the civil service."""
    rows = [
        Competency(
            code=row["code"],
            position=int(row["position"]),
            name_th=row["name_th"],
            definition_th=row["definition_th"],
            source=row["source"],
        )
        for row in read_csv(DATA / "competencies.csv")
    ]
    return write_changed(
        Competency, rows, key="code", fields=["position", "name_th", "definition_th", "source"]
    )


def load_descriptors() -> int:
    """Levels 0–5 of the subjects, 1–5 of each core competency."""
    rows = [
        LevelDescriptor(
            key=f"{row['of']}:{row['level']}",
            competency_id=None if row["of"] == SUBJECTS else row["of"],
            level=int(row["level"]),
            title_th=row["title_th"],
            text_th=row["text_th"],
            source=row["source"],
        )
        for row in read_csv(DATA / "level_descriptors.csv")
    ]
    return write_changed(
        LevelDescriptor, rows, key="key", fields=["competency", "level", "title_th", "text_th", "source"]
    )
