"""What a sheet holds. The template, the reader, the writer, the help page and the API schema
all come from these descriptions, so that they cannot disagree.

Pure data: no models, no settings. Apps call ``register_spec`` in ``AppConfig.ready()``.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Kind = Literal["text", "integer", "decimal", "date", "period", "choice", "bool", "identifier"]

META_SHEET = "_portal"
"""The hidden sheet that says which form and version a workbook was made for."""

TEXT_LIMIT = 32_000
"""Longest text, in characters, that any cell may carry (a workbook's own limit is 32,767)."""


@dataclass(frozen=True, slots=True)
class Hints:
    """By what a column is recognised in a file of another layout. Guesses use it; what a cell means
    never depends on it.

    ``synonyms`` are other words for the heading, ``shape`` the name of a test in
    ``portal.sheets.guess`` that its values pass, ``values`` what may stand in it.
    """

    synonyms: tuple[str, ...] = ()
    shape: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``kind`` decides how a cell is read and what the normalised value looks like:

    - ``text``        trimmed text, line breaks as \\n
    - ``identifier``  text that only looks like a number: 14 digits stay exact, leading zeros stay
    - ``integer``     plain digits, at most ``digits`` of them
    - ``decimal``     plain decimal string, at most ``digits`` digits of which ``places`` decimals
    - ``date``        ISO date, C.E. (a year above 2400 in the file is B.E.)
    - ``period``      the first day of the month as ISO date, C.E.
    - ``choice``      the code of one of ``choices``
    - ``bool``        ``true`` or ``false``

    ``header`` is the Thai heading, ``aliases`` other headings seen in real files; ``unit`` and
    ``help`` are shown, never parsed. ``min`` and ``max`` (inclusive) hold for integer, decimal
    and date (as ISO text or date). ``choices`` are (code, Thai label) pairs. ``expected``: the
    column belongs into every file, though a cell of it may be empty.
    """

    key: str
    header: str
    aliases: tuple[str, ...] = ()
    kind: Kind = "text"
    required: bool = False
    unit: str = ""
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    max_length: int | None = None
    min: Any = None
    max: Any = None
    digits: int = 20
    places: int = 6
    section: str = ""
    example: str = ""
    expected: bool = False
    hints: Hints = Hints()

    def __post_init__(self) -> None:
        if not self.key.isidentifier():
            raise ValueError(f"column key is not a plain name: {self.key!r}")
        if self.kind == "choice" and not self.choices:
            raise ValueError(f"column {self.key} is a choice without choices")


@dataclass(frozen=True, slots=True)
class Section:
    """A named band of columns (``Column.section`` names its code)."""

    code: str
    title: str
    help: str = ""


@dataclass(frozen=True)
class SheetSpec:
    """One sheet: its columns in order, and the columns whose values together name a row.

    ``version`` goes into the template, so that a stale one is recognised. ``natural_key`` may
    not repeat inside one file; rows with any of its cells empty are not compared. ``one_of``:
    groups of columns of which a file needs at least one.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    version: int = 1
    natural_key: tuple[str, ...] = ()
    help: str = ""
    sheet_name: str = ""
    sections: tuple[Section, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    _by_key: dict[str, Column] = field(init=False, repr=False, compare=False)

    registry: ClassVar[dict[tuple[str, int], "SheetSpec"]] = {}

    def __post_init__(self) -> None:
        by_key = {column.key: column for column in self.columns}
        if len(by_key) != len(self.columns):
            raise ValueError(f"{self.code}: two columns have one key")
        if "row_no" in by_key:
            raise ValueError(f"{self.code}: row_no is the reader's own column")
        missing = set(self.natural_key) - by_key.keys()
        if missing:
            raise ValueError(f"{self.code}: natural key names unknown columns {sorted(missing)}")
        missing = {key for group in self.one_of for key in group} - by_key.keys()
        if missing:
            raise ValueError(f"{self.code}: one of names unknown columns {sorted(missing)}")
        unknown = {c.section for c in self.columns} - {s.code for s in self.sections} - {""}
        if unknown:
            raise ValueError(f"{self.code}: unknown sections {sorted(unknown)}")
        object.__setattr__(self, "_by_key", by_key)

    def column(self, key: str) -> Column:
        """The column called ``key``; KeyError when there is none."""
        return self._by_key[key]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns)

    def lacking(self, present: Collection[str]) -> list[tuple[Column, ...]]:
        """What a file with these columns cannot do without: one column, or several of which one."""
        groups = [(column.key,) for column in self.columns if column.required]
        return [
            tuple(self.column(key) for key in group)
            for group in (*groups, *self.one_of)
            if not any(key in present for key in group)
        ]

    def expected_but(self, present: Collection[str]) -> list[Column]:
        """Columns that belong into every file and are not among these; the required ones not counted."""
        return [c for c in self.columns if c.expected and not c.required and c.key not in present]

    @property
    def tab(self) -> str:
        """The sheet's name in a workbook: at most 31 characters, none that Excel forbids."""
        name = "".join(c for c in (self.sheet_name or self.title) if c not in "[]:*?/\\").strip("' ")
        return name[:31] or "ข้อมูล"

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema of one row. Decimals travel as strings, so that nothing is rounded."""
        return {
            "type": "object",
            "title": str(self.title),
            "properties": {column.key: _schema(column) for column in self.columns},
            "required": [column.key for column in self.columns if column.required],
            "additionalProperties": False,
        }


def _schema(column: Column) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": str(column.header)}
    match column.kind:
        case "integer":
            schema["type"] = "integer"
        case "decimal":
            schema |= {"type": "string", "format": "decimal", "pattern": r"^-?\d+(\.\d+)?$"}
        case "date":
            schema |= {"type": "string", "format": "date"}
        case "period":
            schema |= {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-01$"}
        case "bool":
            schema["type"] = "boolean"
        case "choice":
            schema |= {"type": "string", "enum": [code for code, _label in column.choices]}
        case _:
            schema |= {"type": "string", "maxLength": column.max_length or TEXT_LIMIT}
    if column.kind == "integer":
        if column.min is not None:
            schema["minimum"] = int(column.min)
        if column.max is not None:
            schema["maximum"] = int(column.max)
    if not column.required:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"].append(None)
    description = " · ".join(str(part) for part in (column.help, column.unit) if part)
    if description:
        schema["description"] = description
    return schema


def register_spec(spec: SheetSpec) -> SheetSpec:
    """Add a spec; apps call this in ``AppConfig.ready()``. ValueError when it is there already."""
    known = SheetSpec.registry.get((spec.code, spec.version))
    if known is not None and known != spec:
        raise ValueError(f"two different specs are called {spec.code} version {spec.version}")
    SheetSpec.registry[spec.code, spec.version] = spec
    return spec


def get_spec(code: str, version: int | None = None) -> SheetSpec:
    """The spec of that code: the given version, else the newest. KeyError when there is none."""
    if version is None:
        version = max((v for c, v in SheetSpec.registry if c == code), default=0)
    return SheetSpec.registry[code, version]
