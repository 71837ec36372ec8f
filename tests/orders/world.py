"""A small world of orders: two offices with their posts, an office's people, the centre's two administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.test import Client

from offices.models import (
    Absence,
    AppointmentOrder,
    Assignment,
    Group,
    Incumbency,
    Office,
    OrderProposal,
    Person,
    Placement,
    PositionLine,
    Post,
    StatutoryCard,
)
from offices.models.people import OFFICE_KINDS
from offices.orders import services
from offices.orders.services import Head, Line, Outside
from offices.selectors.actors import in_force, resolve
from offices.workflow import sync_workflows
from portal.actors import Actor
from portal.models import User
from portal.scope import nation
from tests.offices import make
from tests.offices.november import DAY as DAY
from tests.offices.test_pages import signed_in

LATER = date(2026, 12, 1)
_number = count(1)


def post(office: Office, number: str, group: Group | None = None, leads: str = "", **values: Any) -> Post:
    line, _made = PositionLine.objects.get_or_create(
        code="510108",
        defaults={
            "type": "ACAD", "name_th": "นักวิชาการอุตสาหกรรม", "name_en": "Industrial officer",
            "levels": ["ปฏิบัติการ", "ชำนาญการ"], "source": "test",
        },
    )  # fmt: skip
    given: dict[str, Any] = {"line": line, "level": "ชำนาญการ", "valid": make.EVER} | values
    return Post.objects.create(number=number, office=office, group=group, leads=leads, **given)


def away(who: Person, first: date, last: date | None = None, **values: Any) -> Absence:
    """Away from the first to the last day; both belong to it."""
    until = (last or first) + timedelta(days=1)
    return Absence.objects.create(person=who, valid=make.span(first, until), **{"kind": "vacation", **values})


class World:
    """``world.actor("chief")``, ``world.person("chief")``, ``world.sign(Line(…))``."""

    def __init__(self, day: date = DAY) -> None:
        sync_workflows()
        self.day = day
        self.here, self.there, self.centre = make.office(), make.office("19", "สระบุรี"), make.centre()
        self.group = {code: make.group(self.here, code) for code in ("ADMIN", "POLICY", "FACTORY", "MINING")}
        self.elsewhere = {code: make.group(self.there, code) for code in ("ADMIN", "FACTORY")}
        make.group(self.centre, "ADMIN")
        self.people: dict[str, Person] = {}
        self._clients: dict[str, Client] = {}
        for name, kind, place, values in (
            ("chief", "CHIEF", self.here, {}),
            ("clerk", "GROUP_HEAD", self.here, {"group": self.group["ADMIN"]}),
            ("head", "GROUP_HEAD", self.here, {"group": self.group["FACTORY"]}),
            ("policy_head", "GROUP_HEAD", self.here, {"group": self.group["POLICY"]}),
            ("officer", "OFFICER", self.here, {"group": self.group["FACTORY"]}),
            ("miner", "OFFICER", self.here, {"group": self.group["MINING"]}),
            ("other_chief", "CHIEF", self.there, {}),
            ("stranger", "OFFICER", self.there, {"group": self.elsewhere["FACTORY"]}),
            ("admin", "CENTRAL_ADMIN", self.centre, {}),
            ("second_admin", "CENTRAL_ADMIN", self.centre, {}),
        ):
            self.people[name] = make.person(f"คน{name}", user=make.user())
            make.assign(self.people[name], kind, place, **values)

    def person(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = make.person(f"คน{name}", user=make.user())
        return self.people[name]

    def actor(self, name: str, day: date | None = None) -> Actor:
        user = self.person(name).user
        assert isinstance(user, User)
        with nation("test"):
            return resolve(user, day or self.day)

    def client(self, name: str) -> Client:
        if name not in self._clients:
            self._clients[name] = signed_in(self.person(name).user)
        return self._clients[name]

    def line(self, kind: str, who: str, **values: Any) -> Line:
        given: dict[str, Any] = {"office": self.here, "starts_on": LATER} | values
        if isinstance(given.get("group"), str):
            given["group"] = self.group[given["group"]]
        return Line(kind=kind, person=self.person(who), **given)

    def draft(self, *lines: Line, by: str = "clerk", **head: Any) -> OrderProposal:
        given: dict[str, Any] = {"title": "แต่งตั้ง", "starts_on": LATER} | head
        if any(line.kind == "ASSISTANT" for line in lines):  # nobody nominated him
            given.setdefault("reason", "ตามหนังสือสั่งการของส่วนกลาง")
        return services.draft(actor=self.actor(by), office=self.here, head=Head(**given), lines=lines)

    def act(self, proposal: OrderProposal, name: str, by: str, **values: Any) -> OrderProposal:
        """One act by somebody at the version as it is now."""
        fresh = OrderProposal.objects.select_related("case").get(pk=proposal.pk)
        given: dict[str, Any] = {"expected_version": fresh.case.version} | values
        services.act(actor=self.actor(by), proposal=fresh, name=name, **given)
        return OrderProposal.objects.select_related("case", "order", "office", "revokes").get(pk=proposal.pk)

    def sign(self, *lines: Line, by: str = "chief", **head: Any) -> AppointmentOrder:
        """An order drafted by the clerk, proposed and signed."""
        order = self.act(self.act(self.draft(*lines, **head), "propose", "clerk"), "sign", by).order
        assert order is not None
        return order

    def outside(
        self, *lines: Line, by: str = "admin", office: Office | None = None, **values: Any
    ) -> OrderProposal:
        head = Head(
            title="ย้ายข้าราชการ",
            starts_on=values.pop("starts_on", LATER),
            last_day=values.pop("last_day", None),
            reason=values.pop("reason", ""),
            revokes=values.pop("revokes", None),
        )
        given: dict[str, Any] = {
            "issuer": "สำนักงานปลัดกระทรวงอุตสาหกรรม",
            "number": str(next(_number) + 500),
            "signed_on": date(2026, 11, 10),
            "scan": ("คำสั่ง.pdf", BytesIO(b"%%PDF-1.7 scan %d" % next(_number))),
        } | values
        return services.draft(
            actor=self.actor(by), office=office or self.here, head=head, lines=lines, outside=Outside(**given)
        )

    def confirm(self, *lines: Line, **values: Any) -> AppointmentOrder:
        """An order from outside entered by one administrator and confirmed by the other."""
        order = self.act(
            self.act(self.outside(*lines, **values), "propose", "admin"), "confirm", "second_admin"
        ).order
        assert order is not None
        return order

    def holds(self, who: str, day: date) -> list[tuple[str, str]]:
        """(kind, group's code) of what somebody holds in force on a day."""
        rows = in_force(day).filter(person=self.person(who)).values_list("kind", "group__code")
        return sorted((kind, code or "") for kind, code in rows)


def written() -> dict[str, list[Any]]:
    """Everything that orders write, to see that a refusal writes nothing."""
    return {
        model.__name__: list(model.objects.order_by("pk").values_list())
        for model in (AppointmentOrder, Assignment, Incumbency, Placement, StatutoryCard)
    }


def texts(reasons: Sequence[Any]) -> str:
    return " ".join(str(reason) for reason in reasons)


__all__ = ["DAY", "LATER", "OFFICE_KINDS", "Line", "World", "away", "post", "texts", "written"]
