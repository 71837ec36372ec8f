"""Makes files, good and hostile, so that none need be kept in the project."""

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

CONTENT_TYPES = (
    f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)


def parts(sheet: str | bytes, **more: str | bytes) -> dict[str, str | bytes]:
    """The parts of a workbook of one sheet, given its XML."""
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": rels(("rId1", f"{RELATIONS}/officeDocument", "xl/workbook.xml", "")),
        "xl/workbook.xml": (
            f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
            '<sheets><sheet name="ข้อมูล" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": rels(("rId1", f"{RELATIONS}/worksheet", "worksheets/sheet1.xml", "")),
        "xl/worksheets/sheet1.xml": sheet,
    } | more


def rels(*relations: tuple[str, str, str, str]) -> str:
    body = "".join(
        f'<Relationship Id="{i}" Type="{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for i, kind, target, mode in relations
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{body}</Relationships>'


def sheet(rows: str, before: str = '<?xml version="1.0" encoding="UTF-8"?>', after: str = "") -> str:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def package(path: Path, content: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def workbook(path: Path, sheet_xml: str | bytes, **more: str | bytes) -> Path:
    return package(path, parts(sheet_xml, **more))


def small(path: Path) -> Path:
    """A good workbook: two columns, one row."""
    rows = (
        f'<row r="1">{text_cell("A1", "เลขทะเบียน")}{text_cell("B1", "จำนวน")}</row>'
        f'<row r="2">{text_cell("A2", "00123")}<c r="B2"><v>5</v></c></row>'
    )
    return workbook(path, sheet(rows))


def lying_entry(path: Path) -> Path:
    """A sheet whose headers say 60 bytes and which unpacks to megabytes."""
    small(path)
    data = bytearray(path.read_bytes())
    big = io.BytesIO()
    with zipfile.ZipFile(big, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(sheet("<row/>" * 2_000_000)).items():
            archive.writestr(name, content)
    data = bytearray(big.getvalue())
    name = b"xl/worksheets/sheet1.xml"
    local = data.find(b"PK\x03\x04", data.find(name) - 40)
    central = data.rfind(name) - 46
    struct.pack_into("<I", data, local + 22, 60)
    struct.pack_into("<I", data, central + 24, 60)
    path.write_bytes(data)
    return path


def overlapping(path: Path) -> Path:
    """Two directory entries that share one stretch of data."""
    small(path)
    data = bytearray(path.read_bytes())
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    third = data.find(b"PK\x01\x02", second + 4)
    data[third + 42 : third + 46] = data[second + 42 : second + 46]
    path.write_bytes(data)
    return path


def encrypted_ole(path: Path) -> Path:
    path.write_bytes(OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 400)
    return path
