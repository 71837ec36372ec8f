"""What a state word is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import get_language

Tone = Literal["grey", "blue", "amber", "green", "red", "violet"]
Shape = Literal["ring", "circle", "half", "square", "triangle", "diamond", "check", "cross", "dash", "arrow"]


@dataclass(frozen=True)
class StateWord:
    """One state. ``meaning`` is a Thai sentence; ``next_actor`` says in Thai who acts next, or ''."""

    code: str
    th: str
    en: str
    meaning: str
    next_actor: str
    colour: Tone
    shape: Shape

    @property
    def label(self) -> str:
        """The word in the reader's language."""
        return self.en if (get_language() or "th").startswith("en") else self.th

    def __str__(self) -> str:
        return self.label
