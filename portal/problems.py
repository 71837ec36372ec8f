"""Refusals that a page answers with a sentence and a way on, instead of an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

ReasonKind = Literal["capacity", "state", "locked", "duty", "path", "guard"]


class Reason(str):
    """A Thai sentence that says why an act is not possible; it is the text of a refusal.

    ``kind`` says which condition is not met: "capacity" (somebody else may), "state" (something must
    come first), "locked" (a final decision must be opened again), "duty" (who did one step leaves the
    next to another), "path" (the act is for other matters), "guard" (the matter is not ready).
    """

    kind: ReasonKind

    def __new__(cls, text: str, kind: ReasonKind = "guard") -> Reason:
        reason = super().__new__(cls, text)
        reason.kind = kind
        return reason


class Problem(Exception):
    """Something the reader can understand and act on. ``message`` is a Thai sentence.

    ``mend`` says what to do next; ``status`` is the HTTP status of the answer; ``reasons`` are the
    conditions that are not met, where the refusal comes from a policy or a guard.
    """

    status = 400

    def __init__(
        self, message: str, *, mend: str = "", code: str = "", reasons: Sequence[Reason] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.reasons = tuple(reasons)
        self.code = code or type(self).__name__.lower()
        self.way_on: tuple[str, str] | None = None  # (address, words of the link), where the mending is


class Conflict(Problem):
    """Somebody else changed the row meanwhile, or the act was done already."""

    status = 409


class NotAllowed(Problem):
    """This actor may not do this to this row; the message says which rule and who may."""

    status = 403


class Invalid(Problem):
    """Values that a service cannot take; ``fields`` maps a form's field to its sentences."""

    def __init__(
        self, message: str, *, fields: dict[str, Sequence[str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(message, **kwargs)
        self.fields = fields or {}
