"""Documents for tests: who may issue, what an order says, and papers without the cost of drawing them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any
from unittest import mock

from offices.documents import paper, services
from offices.documents.content import Signatory
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import Document, Office
from offices.selectors.actors import resolve
from portal.actors import Actor
from portal.scope import nation
from tests.offices import make

DAY = date(2026, 11, 20)
SIGNATORY = Signatory(
    name="นายทดสอบ แบบอย่าง",
    position="นักวิชาการอุตสาหกรรมชำนาญการพิเศษ",
    capacity=("รักษาราชการแทน", "อุตสาหกรรมจังหวัดปราจีนบุรี"),
    authority="คำสั่งสปอ. ที่ 1/2562",
)
CONTENT = {"paragraphs": ["ให้ข้าราชการปฏิบัติหน้าที่ตามที่ได้รับมอบหมาย", "ทั้งนี้ ตั้งแต่วันที่ 1 ธันวาคม 2569"]}
_scan = count(1)


def somebody(kind: str, place: Office, *, as_of: date = DAY, **values: Any) -> Actor:
    """A signed-in person with an assignment, as an actor of a day."""
    with nation("test"):
        user = make.user()
        make.assign(make.person(user=user), kind, place, **values)
        return resolve(user, as_of)


def annex(rows: int) -> dict[str, Any]:
    """The annex of an order that names so many people."""
    return {
        "title": "บัญชีรายชื่อผู้ได้รับแต่งตั้ง",
        "columns": ["ลำดับ", "ชื่อ", "ตำแหน่ง", "สำนักงาน"],
        "rows": [
            [str(n), f"นายสมมติ คนที่ {n}", "นักวิชาการอุตสาหกรรมชำนาญการ", "สำนักงานอุตสาหกรรมจังหวัดปราจีนบุรี"]
            for n in range(1, rows + 1)
        ],
    }


def issue(actor: Actor, office: Office, **values: Any) -> Document:
    """A document issued on the actor's day, with whatever differs."""
    asked: dict[str, Any] = {
        "kind": APPOINTMENT_ORDER,
        "signed_on": actor.as_of,
        "subject": "มอบหมายหน้าที่",
        "content": CONTENT,
        "signatory": SIGNATORY,
    } | values
    with actor.scope.active():
        return services.issue(actor=actor, office=office, **asked)


def outside(actor: Actor, office: Office, **values: Any) -> Document:
    """A paper from outside, entered with a scan of its own."""
    from io import BytesIO

    asked: dict[str, Any] = {
        "kind": APPOINTMENT_ORDER,
        "issuer": "สำนักงานปลัดกระทรวงอุตสาหกรรม",
        "reference": "ที่ 511/2569",
        "signed_on": actor.as_of,
        "subject": "แต่งตั้งอุตสาหกรรมจังหวัด",
        "scan": ("คำสั่ง.pdf", BytesIO(b"%%PDF-1.4 scan %d" % next(_scan))),
    } | values
    with actor.scope.active():
        return services.enter_outside(actor=actor, office=office, **asked)


@contextmanager
def undrawn() -> Iterator[None]:
    """Papers of a few bytes, each of its own, in place of drawn ones."""
    with mock.patch.object(paper, "render_pdf", lambda html, **how: b"%PDF-1.4 " + html.encode()):
        yield
