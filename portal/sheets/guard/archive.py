"""A strict reading of a ZIP container.

Readers differ in what they make of a malformed archive, so that a guard could be shown one
thing and the reader another. What is ambiguous is refused: data before the first entry or
behind the last, overlapping or doubled entries, names that differ between the two headers,
sizes that lie.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from portal.sheets.messages import refuse

MAX_ENTRIES = 5_000
MAX_DIRECTORY = 4 << 20
MAX_UNPACKED = 1 << 30
MAX_RATIO = 250
RATIO_FROM = 4 << 20
_CHUNK = 1 << 20
_LOCAL = struct.Struct("<4s5H3I2H")


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    stored: bool
    packed: int
    unpacked: int
    start: int


@dataclass(frozen=True, slots=True)
class Archive:
    file: BinaryIO
    entries: dict[str, Entry]

    def stream(self, name: str) -> Iterator[bytes]:
        """The entry's bytes in pieces of at most 1 MiB; refuses more bytes than declared."""
        entry = self.entries[name]
        self.file.seek(entry.start)
        left, given = entry.packed, 0
        inflate = None if entry.stored else zlib.decompressobj(-15)
        while left:
            packed = self.file.read(min(left, _CHUNK >> 2))
            if not packed:
                raise refuse("damaged", what=entry.name)
            left -= len(packed)
            while packed:
                if inflate is None:
                    piece, packed = packed, b""
                else:
                    try:
                        piece = inflate.decompress(packed, _CHUNK)
                    except zlib.error:
                        raise refuse("damaged", what=entry.name) from None
                    packed = inflate.unconsumed_tail
                    if inflate.unused_data:
                        raise refuse("damaged", what=entry.name)
                given += len(piece)
                if given > entry.unpacked:
                    raise refuse("bomb", what=entry.name)
                if piece:
                    yield piece
        # zlib may hold back output after the last input byte.
        while inflate is not None and not inflate.eof:
            piece = inflate.decompress(b"", _CHUNK)
            if not piece:
                raise refuse("damaged", what=entry.name)
            given += len(piece)
            if given > entry.unpacked:
                raise refuse("bomb", what=entry.name)
            yield piece
        if given != entry.unpacked:
            raise refuse("damaged", what=entry.name)

    def read(self, name: str, limit: int) -> bytes:
        """The whole of a small entry; refuses one larger than ``limit`` bytes."""
        if self.entries[name].unpacked > limit:
            raise refuse("bomb", what=name)
        return b"".join(self.stream(name))


def open_archive(file: BinaryIO, size: int) -> Archive:
    """Read the directory of a ZIP file; raise RefusedFile on anything malformed or oversized."""
    _check_directory_size(file, size)
    try:
        directory = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError):
        raise refuse("damaged", what="ZIP") from None
    infos = sorted(directory.infolist(), key=lambda info: info.header_offset)
    if not infos or infos[0].header_offset != 0:
        raise refuse("damaged", what="ZIP")
    entries: dict[str, Entry] = {}
    folded: set[str] = set()
    total = 0
    ends = [info.header_offset for info in infos[1:]] + [directory.start_dir]
    for info, end in zip(infos, ends, strict=True):
        entry = _entry(file, info, end)
        if entry.name.lower() in folded:
            raise refuse("damaged", what=entry.name)
        folded.add(entry.name.lower())
        entries[entry.name] = entry
        total += entry.unpacked
        if entry.unpacked > max(RATIO_FROM, MAX_RATIO * entry.packed) or total > MAX_UNPACKED:
            raise refuse("bomb", what=entry.name)
    return Archive(file, entries)


def _check_directory_size(file: BinaryIO, size: int) -> None:
    """The end record must be the file's last bytes and the directory small: ``zipfile`` would
    otherwise build an object for each of two million entries."""
    file.seek(max(0, size - 98))
    tail = file.read(98)
    end = tail[-22:]
    if len(end) < 22 or end[:4] != b"PK\x05\x06" or end[20:] != b"\x00\x00":
        raise refuse("damaged", what="ZIP")
    count, length = struct.unpack("<HI", end[10:16])
    if tail[-42:-38] == b"PK\x06\x07":
        record = tail[:56]
        if len(tail) < 98 or record[:4] != b"PK\x06\x06":
            raise refuse("damaged", what="ZIP")
        count, length = struct.unpack("<QQ", record[32:48])
    if count > MAX_ENTRIES or length > MAX_DIRECTORY:
        raise refuse("bomb", what=f"{count:,}")


def _entry(file: BinaryIO, info: zipfile.ZipInfo, end: int) -> Entry:
    name = info.filename
    if info.flag_bits & 0x1:
        raise refuse("encrypted")
    parts = name.split("/")
    if (
        name != info.orig_filename
        or name.startswith("/")
        or "\\" in name
        or ":" in parts[0]
        or ".." in parts
        or not name.isprintable()
        or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    ):
        raise refuse("damaged", what=name[:80])
    file.seek(info.header_offset)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size:
        raise refuse("damaged", what=name)
    fields = _LOCAL.unpack(header)
    signature, _version, flags, method = fields[:4]
    raw_name = file.read(fields[9])
    start = info.header_offset + _LOCAL.size + fields[9] + fields[10]
    stored = info.compress_type == zipfile.ZIP_STORED
    if (
        signature != b"PK\x03\x04"
        or flags & 0x1
        or method != info.compress_type
        or raw_name != name.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
        or start + info.compress_size > end
        or (stored and info.compress_size != info.file_size)
    ):
        raise refuse("damaged", what=name)
    return Entry(name, stored, info.compress_size, info.file_size, start)
