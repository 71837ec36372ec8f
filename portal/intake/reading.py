"""From a stored file to rows on disk: guard first, then the reader in its own process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.models import StoredFile
from portal.sheets.guard import inspect_upload
from portal.sheets.layout import AS_IT_STANDS, Reading
from portal.sheets.reader import ReadTable, read_table
from portal.sheets.spec import SheetSpec

FINDINGS_READ = 50_000
"""How many findings the reader hands over; a file with more blocking ones is refused as a whole."""


@contextmanager
def local_copy(stored: StoredFile) -> Iterator[Path]:
    """The bytes as a file of this machine: the stored file itself, or a copy that is gone after the block
    where the storage keeps it elsewhere."""
    try:
        path = Path(stored.file.path)
    except NotImplementedError:
        pass
    else:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="portal-intake-") as folder:
        path = Path(folder) / "upload"
        with stored.file.open("rb") as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        yield path


@contextmanager
def read_stored(
    stored: StoredFile,
    spec: SheetSpec,
    *,
    raw: bool = False,
    reading: Reading = AS_IT_STANDS,
    meanwhile: Callable[[], None] | None = None,
) -> Iterator[ReadTable]:
    """The reader's result for a stored file; its rows are gone after the block.

    ``meanwhile`` is called while the file is read in its own process.

    Raises RefusedFile when the file cannot be taken, UnknownLayout when it must be mapped first.
    """
    with local_copy(stored) as path, tempfile.TemporaryDirectory(prefix="portal-intake-") as folder:
        kind = inspect_upload(path, stored.name)
        yield read_table(
            path,
            kind=kind,
            spec=spec,
            out_dir=folder,
            raw=raw,
            reading=reading,
            max_findings=FINDINGS_READ,
            meanwhile=meanwhile,
        )
