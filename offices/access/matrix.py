"""Roles × powers, read from the code that enforces them: every policy of an address, every act of a workflow.

A policy is asked itself, with an actor who holds one role and nothing else, so that the matrix cannot say
what the house does not do. ``docs/access-matrix.md`` is drawn from the same (``manage.py access_matrix``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from offices.access.explain import named_views
from offices.models import AssignmentKind, Group
from offices.models.people import GROUP_KINDS
from offices.orders import powers
from offices.workflow import Transition, Workflow, workflows
from portal import help
from portal.access import Policy
from portal.actors import Actor, Capacity
from portal.checks import policy_of
from portal.scope import NATION

FILE = Path(__file__).resolve().parents[2] / "docs" / "access-matrix.md"
TESTS = "tests."  # workflows that only tests register

# What addresses do that are no pages of their own: a press, a file, a step of signing in.
DEEDS = {
    "home": gettext_lazy("หน้าแรก"),
    "healthz": gettext_lazy("ระบบทำงานอยู่หรือไม่"),
    "set_language": gettext_lazy("เลือกภาษา"),
    "account_email": gettext_lazy("เปลี่ยนอีเมล (คำอธิบาย)"),
    "account_reset_password": gettext_lazy("ลืมรหัสผ่าน (คำอธิบาย)"),
    "openid_connect_login": gettext_lazy("ไปยังผู้ให้บริการยืนยันตัวตน"),
    "openid_connect_callback": gettext_lazy("กลับจากผู้ให้บริการยืนยันตัวตน"),
    "portal:session": gettext_lazy("เวลาที่เหลือของการลงชื่อเข้าใช้"),
    "portal:continue": gettext_lazy("ลงชื่อเข้าใช้ต่อในหน้าเดิม"),
    "portal:draft-restore": gettext_lazy("กู้คืนร่าง"),
    "portal:job-retry": gettext_lazy("สั่งงานเบื้องหลังอีกครั้ง"),
    "portal:savedview-replace": gettext_lazy("บันทึกทับมุมมอง"),
    "portal:storedfile-download": gettext_lazy("ดาวน์โหลดไฟล์ที่เก็บไว้"),
    "intake:batch-marked": gettext_lazy("ดาวน์โหลดไฟล์นำเข้าพร้อมเครื่องหมาย"),
    "intake:sheet-export": gettext_lazy("ส่งออกข้อมูลปัจจุบัน (XLSX)"),
    "intake:sheet-export-csv": gettext_lazy("ส่งออกข้อมูลปัจจุบัน (CSV)"),
    "intake:sheet-template": gettext_lazy("ดาวน์โหลดแบบฟอร์มเปล่า"),
    "offices:owncopy-add": gettext_lazy("ขอสำเนาข้อมูลของฉัน"),
    "offices:owncopy-remove": gettext_lazy("ลบสำเนาที่หมดอายุ"),
    "offices:supportaccess-see": gettext_lazy("รับทราบการเข้าถึงเพื่อสนับสนุน"),
    "offices:supportaccess-end": gettext_lazy("สิ้นสุดการเข้าถึงเพื่อสนับสนุน"),
}


@dataclass(frozen=True)
class Line:
    """One power and, for each role, what it has of it: "yes", "no", or in which groups only (their names)."""

    power: str
    code: str
    cells: tuple[str, ...]
    opens: tuple[str, ...] = ()  # the pages a policy opens


@dataclass(frozen=True)
class Block:
    """Lines under one heading."""

    title: str
    lines: Sequence[Line]


def roles() -> list[tuple[str, str]]:
    """(code, name) of every role, in the order of the columns."""
    return [(str(kind), str(kind.label)) for kind in AssignmentKind]


def _holder(kind: str, group_code: str = "", named: Iterable[str] = ()) -> Actor:
    """Somebody who holds one role and nothing else."""
    held = Capacity(
        assignment_id=0, key="", kind=kind, office_id=0, group_code=group_code, label="", order_ref="",
        powers=tuple(named), narrow=kind == AssignmentKind.EXECUTIVE,
    )  # fmt: skip
    if kind == AssignmentKind.DUTY:  # gives no capacity at all (``selectors.actors.resolve``)
        return Actor(user=None, as_of=date(2000, 1, 1), person_id=0)
    return Actor(
        user=None, as_of=date(2000, 1, 1), person_id=0, capacities=(held,), chosen=held, scope=NATION
    )


def cell(policy: Policy, kind: str) -> str:
    """What a role has of a policy."""
    if policy.public:
        return "yes"
    if kind == AssignmentKind.DELEGATED and not policy.test(_holder(kind)):
        delegated = policy.test(_holder(kind, named=(code for code, _label in powers.choices())))
        return "delegated" if delegated else "no"
    if kind not in GROUP_KINDS:
        return "yes" if policy.test(_holder(kind)) else "no"
    groups = [code for code in Group.Code if policy.test(_holder(kind, code))]
    if len(groups) == len(Group.Code):
        return "yes"
    return ", ".join(str(code.label) for code in groups) or "no"


def policies() -> Block:
    """Every policy that an address states, with the pages it opens."""
    opens: dict[str, list[str]] = {}
    known: dict[str, Policy] = {}
    for name, _path, pattern in named_views():
        policy = policy_of(pattern)
        known.setdefault(policy.name, policy)
        page = help.pages().get(name)
        title = page.title if page is not None else DEEDS.get(name, name)
        opens.setdefault(policy.name, []).append(str(title))
    lines = [
        Line(
            power=str(policy.label),
            code=name,
            cells=tuple(cell(policy, kind) for kind, _label in roles()),
            opens=tuple(dict.fromkeys(sorted(opens[name]))),
        )
        for name, policy in sorted(known.items())
    ]
    return Block(_("หน้าที่เปิดได้ ตามนโยบายที่แต่ละหน้าประกาศ"), lines)


def acts(workflow: Workflow) -> Block:
    """Every act of a workflow."""
    lines = [
        Line(
            power=str(transition.label),
            code=transition.name,
            cells=tuple(_act_cell(transition, kind) for kind, _label in roles()),
        )
        for transition in workflow.transitions
    ]
    return Block(_("การดำเนินการในเรื่อง: %s") % _name(workflow), lines)


def _name(workflow: Workflow) -> str:
    english = (get_language() or "th").startswith("en")
    return workflow.name_en if english else workflow.name_th


def _act_cell(transition: Transition, kind: str) -> str:
    if kind in transition.capacities:
        return "together"
    if transition.power and kind == AssignmentKind.DELEGATED:
        return "delegated"
    if kind not in transition.roles:
        return "no"
    return "own" if kind in ("OFFICER", "GROUP_HEAD") and not transition.any_group else "yes"


def blocks() -> list[Block]:
    """The whole matrix."""
    known = [workflow for workflow in workflows() if not workflow.case_type.startswith(TESTS)]
    return [policies(), *(acts(workflow) for workflow in known)]


def word(cell: str) -> str:
    """What stands in a cell, for the reader."""
    words: dict[str, Any] = {
        "yes": _("ได้"),
        "no": "–",
        "own": _("กลุ่มเจ้าของเรื่อง"),
        "together": _("ต้องถือพร้อมกัน"),
        "delegated": _("เมื่อได้รับมอบอำนาจนี้"),
    }
    return str(words.get(cell, cell))


def markdown() -> str:
    """The text of ``docs/access-matrix.md``; in the language that is active."""
    return "\n".join(_markdown()) + "\n"


def _markdown() -> Iterator[str]:
    yield "# ตารางสิทธิ: ฐานะ × อำนาจ"
    yield ""
    yield "Drawn by `manage.py access_matrix` from the policies and workflows in code; do not edit."
    yield "Which rows somebody sees within a page is his scope's business (`portal/scope.py`)."
    names = [label for _kind, label in roles()]
    for block in blocks():
        yield ""
        yield f"## {block.title}"
        yield ""
        yield f"| อำนาจ | {' | '.join(names)} |"
        yield f"|---|{'---|' * len(names)}"
        for line in block.lines:
            yield f"| {line.power} (`{line.code}`) | {' | '.join(word(cell) for cell in line.cells)} |"
        for line in block.lines:
            if line.opens:
                yield ""
                yield f"**{line.power}** (`{line.code}`): {' · '.join(line.opens)}"
