"""Sarabun mended so that the text of a PDF reads as it looks.

A PDF keeps one text per glyph. Thai sara am (ำ) is drawn as two glyphs, nikhahit above the consonant and
the sara aa that every า uses, so its text comes out as "า" everywhere or as "ำ" everywhere. The mend has
two halves: a copy of the font in which the sara aa of a sara am is a glyph of its own (same outline, so the
picture is unchanged), and a table from each glyph to its text that replaces WeasyPrint's guess. The copy
also moves the marks' points of origin apart, for the sake of programs that read the text back.
"""

import hashlib
import io
import os
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

WEIGHTS = {400: "Sarabun_400Regular.ttf", 600: "Sarabun_600SemiBold.ttf", 700: "Sarabun_700Bold.ttf"}
_VERSION = "1"  # part of the mended files' names: raise it when the mend changes
_AA, _AA_OF_AM, _NIKHAHIT = "uni0E32", "uni0E32.am", "uni0E4D"
_TONES = ("uni0E48", "uni0E49", "uni0E4A", "uni0E4B", "uni0E4C")  # and karan, which stands as high
_MARK_WIDTH, _VOWEL_SHIFT, _TONE_SHIFT = 200, 100, 40  # thousandths of the font size
_UNI_NAME = re.compile(r"uni((?:0E[0-9A-F]{2})+)(?:\..*)?")


class FontsMissing(RuntimeError):
    """The Sarabun files are not installed; `make demo` or the image build installs them."""


def vendor_folder() -> Path:
    """Where the set-up puts the original files."""
    return Path(settings.BASE_DIR) / "static" / "vendor" / "sarabun"


def mended_fonts() -> dict[int, Path]:
    """The mended file of each weight, made now if it is not there yet.

    Safe when several processes do it at once: each writes a file of its own and renames it.
    Raises FontsMissing.
    """
    folder = Path(settings.DATA_DIR) / "fonts"
    paths = {}
    for weight, name in WEIGHTS.items():
        source = vendor_folder() / name
        if not source.is_file():
            raise FontsMissing(f"{source} is missing: run the set-up (make demo) to install the fonts")
        original = source.read_bytes()
        digest = hashlib.sha256(_VERSION.encode() + original).hexdigest()[:12]
        path = folder / f"Sarabun-{weight}-{digest}.ttf"
        if not path.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                file.write(mend(original))
            os.replace(file.name, path)
        paths[weight] = path
    return paths


def mend(original: bytes) -> bytes:
    """A font in which sara aa after nikhahit (and a tone mark, where one stands between) is a twin glyph."""
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables import otTables

    font = TTFont(io.BytesIO(original), recalcTimestamp=False)
    order = font.getGlyphOrder()
    font.setGlyphOrder([*order, _AA_OF_AM])
    font["glyf"][_AA_OF_AM] = font["glyf"][_AA]
    font["hmtx"][_AA_OF_AM] = font["hmtx"][_AA]
    _spread_marks(font)

    def coverage(glyphs: list[str]) -> Any:
        table = otTables.Coverage()
        table.glyphs = sorted(glyphs, key=font.getGlyphID)
        return table

    def lookup(kind: int, subtables: list[Any]) -> Any:
        table = otTables.Lookup()
        table.LookupType, table.LookupFlag = kind, 0
        table.SubTable, table.SubTableCount = subtables, len(subtables)
        return table

    gsub = font["GSUB"].table
    twin = otTables.SingleSubst()
    twin.mapping = {_AA: _AA_OF_AM}
    twin_index = len(gsub.LookupList.Lookup)
    nikhahits = [name for name in order if name.startswith(_NIKHAHIT)]
    tones = [name for name in order if name.partition(".")[0] in _TONES]
    rules = []
    for behind in ([nikhahits], [tones, nikhahits]):  # nearest glyph first
        rule = otTables.ChainContextSubst()
        rule.Format = 3
        rule.BacktrackCoverage = [coverage(glyphs) for glyphs in behind]
        rule.InputCoverage, rule.LookAheadCoverage = [coverage([_AA])], []
        rule.BacktrackGlyphCount, rule.InputGlyphCount, rule.LookAheadGlyphCount = len(behind), 1, 0
        record = otTables.SubstLookupRecord()
        record.SequenceIndex, record.LookupListIndex = 0, twin_index
        rule.SubstLookupRecord, rule.SubstCount = [record], 1
        rules.append(rule)
    gsub.LookupList.Lookup += [lookup(1, [twin]), lookup(6, rules)]
    gsub.LookupList.LookupCount = len(gsub.LookupList.Lookup)
    thai = next(entry.Script for entry in gsub.ScriptList.ScriptRecord if entry.ScriptTag == "thai")
    for index in thai.DefaultLangSys.FeatureIndex:
        entry = gsub.FeatureList.FeatureRecord[index]
        if entry.FeatureTag == "ccmp":
            entry.Feature.LookupListIndex.append(twin_index + 1)
            entry.Feature.LookupCount = len(entry.Feature.LookupListIndex)
    mended = io.BytesIO()
    font.save(mended)
    return mended.getvalue()


def _spread_marks(font: Any) -> None:
    """Give the Thai marks a width, and points of origin apart from each other.

    Marks are drawn with no advance, two at one point. Readers of PDFs then take a vowel and a tone mark for
    overprinting and tear the word. The shaper sets every mark's advance back to nothing and aligns anchors,
    so a width in the font and a move of outline and anchors together leave the picture as it was. The
    numbers were found by trying: every consonant with every vowel and tone comes out of poppler, pypdf and
    pdfminer in one piece.
    """
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    classes = font["GDEF"].table.GlyphClassDef.classDefs
    marks = [name for name in font.getGlyphOrder() if classes.get(name) == 3 and name.startswith("uni0E")]
    shifts = {name: _TONE_SHIFT if name.partition(".")[0] in _TONES else _VOWEL_SHIFT for name in marks}
    glyphs = font.getGlyphSet()
    outlines = {name: DecomposingRecordingPen(glyphs) for name in marks}
    for name, outline in outlines.items():
        glyphs[name].draw(outline)
    for name, outline in outlines.items():
        pen = TTGlyphPen(None)
        outline.replay(TransformPen(pen, (1, 0, 0, 1, shifts[name], 0)))
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = (_MARK_WIDTH, font["hmtx"][name][1] + shifts[name])

    def move(names: list[str], anchors: list[list[Any]]) -> None:
        for name, row in zip(names, anchors, strict=True):
            for anchor in row:
                if anchor is not None:
                    anchor.XCoordinate += shifts.get(name, 0)

    for table in font["GPOS"].table.LookupList.Lookup:
        for subtable in table.SubTable:
            if table.LookupType == 4:  # mark to base
                move(subtable.MarkCoverage.glyphs, [[r.MarkAnchor] for r in subtable.MarkArray.MarkRecord])
            elif table.LookupType == 6:  # mark to mark
                move(subtable.Mark1Coverage.glyphs, [[r.MarkAnchor] for r in subtable.Mark1Array.MarkRecord])
                move(subtable.Mark2Coverage.glyphs, [r.Mark2Anchor for r in subtable.Mark2Array.Mark2Record])


@lru_cache(maxsize=8)
def thai_texts(content: bytes) -> dict[int, str]:
    """Text of every Thai glyph of a mended font by glyph number; {} for any other font.

    The nikhahit glyphs have no text, or their tone mark's: the twin of sara aa speaks for both halves.
    (So a nikhahit on its own, which only Pali uses, has no text.)
    """
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(content), lazy=True)
    order = font.getGlyphOrder()
    if _AA_OF_AM not in order:
        return {}
    texts = {}
    for code, name in font.getBestCmap().items():
        if 0x0E00 <= code < 0x0E80:
            texts[name] = chr(code)
    for table in font["GSUB"].table.LookupList.Lookup:
        if table.LookupType == 1:  # another shape of the same letter
            for subtable in table.SubTable:
                for name, shape in subtable.mapping.items():
                    if name in texts:
                        texts.setdefault(shape, texts[name])
    for name in order:
        spelled = _UNI_NAME.fullmatch(name)
        if spelled:
            codes = [int(spelled[1][at : at + 4], 16) for at in range(0, len(spelled[1]), 4)]
            texts[name] = "".join(map(chr, codes)).replace("\u0e4d", "")
    texts[_AA_OF_AM] = "\u0e33"
    return {font.getGlyphID(name): text for name, text in texts.items()}


def speak_thai(fonts: Any) -> None:
    """Correct the glyph texts of a document's fonts (WeasyPrint's Font objects), in place."""
    for font in fonts:
        texts = thai_texts(bytes(font.file_content))
        for glyph in font.to_unicode:
            if glyph in texts:
                font.to_unicode[glyph] = texts[glyph]
