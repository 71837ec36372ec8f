"""A finding: one thing wrong with a file, told so that its owner can mend it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["block", "warn", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where (row as the user sees it in his file, 1-based; column), what was found, what was
    expected, why it matters and how to mend it – texts in plain Thai.

    ``row_no`` None means the whole file or column; ``column`` is the spec's key.
    """

    code: str
    level: Level
    message: str
    mend: str = ""
    row_no: int | None = None
    column: str | None = None
    column_header: str = ""
    found: str = ""
    expected: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Finding":
        return cls(**data)


class RefusedFile(Exception):
    """The file as a whole cannot be taken. ``code`` is stable; message and mend are Thai."""

    def __init__(self, code: str, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.mend = mend

    def finding(self) -> Finding:
        """The refusal as a finding about the whole file."""
        return Finding(code=self.code, level="block", message=self.message, mend=self.mend)
