"""Compiles the English texts (django.po) into what Python's gettext reads (django.mo).

Needs the standard library only, so that neither set-up nor the image needs GNU gettext. The compiled file is
not committed; without it every text stays Thai.
"""

import ast
import re
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENTRY = re.compile(r'msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)')


def read_po(text: str) -> "dict[str, str]":
    """Thai → English out of a .po file; entries marked fuzzy and empty ones are left out.

    Raises ValueError, with the entry, for contexts and plural forms: the project's texts have none.
    """
    pairs = {}
    for block in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        entry = "".join(line + "\n" for line in lines if not line.startswith("#"))
        if not entry or any(line.startswith("#,") and "fuzzy" in line for line in lines):
            continue
        match = ENTRY.fullmatch(entry)
        if match is None:
            raise ValueError(f"not a plain msgid and msgstr:\n{entry}")
        thai, english = (ast.literal_eval(f"({literals})") for literals in match.groups())
        if english:
            pairs[thai] = english
    return pairs


def mo_bytes(pairs: "dict[str, str]") -> bytes:
    """The .mo file of these pairs, as GNU gettext lays it out: head, two tables, then the texts."""
    texts = [(thai.encode(), english.encode()) for thai, english in sorted(pairs.items())]
    head = struct.pack("<7I", 0x950412DE, 0, len(texts), 28, 28 + 8 * len(texts), 0, 28 + 16 * len(texts))
    tables, body, start = b"", b"", 28 + 16 * len(texts)
    for column in (0, 1):
        for pair in texts:
            tables += struct.pack("<2I", len(pair[column]), start + len(body))
            body += pair[column] + b"\0"
    return head + tables + body


def compile_all(root: Path = ROOT) -> None:
    """Compile every .po file whose .mo file is missing or older."""
    for source in root.glob("*/locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            target.write_bytes(mo_bytes(read_po(source.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    compile_all()
