"""Refusals that a page answers with a sentence and a way on, instead of an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Problem(Exception):
    """Something the reader can understand and act on. ``message`` is a Thai sentence.

    ``mend`` says what to do next; ``status`` is the HTTP status of the answer.
    """

    status = 400

    def __init__(self, message: str, *, mend: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
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
