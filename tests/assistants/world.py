"""An office with the scheme on, an officer who meets every criterion, and the steps of a nomination."""

from __future__ import annotations

from datetime import date
from typing import Any

from offices.assistants import services
from offices.models import Group, Incumbency, Nomination, OrderProposal, Person, PositionLine, Post
from offices.orders import services as orders
from offices.workflow import sync_workflows
from portal.actors import Actor
from portal.scope import nation
from tests.learning import world as learning
from tests.offices import make

START, LAST = date(2026, 12, 1), date(2027, 11, 30)


class World(learning.World):
    """``learning.World`` with the scheme on here, not there; "officer" meets every criterion."""

    def __init__(self, day: date = learning.DAY) -> None:
        super().__init__(day)
        with nation("test"):
            sync_workflows()
            make.assistants_on(self.here)
            self.group = make.group(self.here, "FACTORY")
            self.policy = make.group(self.here, "POLICY")
            for name in ("officer", "second"):
                make.work_in(self.person(name), self.here, group=self.group)
            post_for(self.person("officer"), self.group)
            learning.level(self.person("officer"), "factories", 3, self.person("chief"))
            learning.plan(self.person("officer"), "under_way")

    def wish(self, name: str = "officer", **values: Any) -> services.Wish:
        given: dict[str, Any] = {
            "person": self.person(name), "group": self.group, "starts_on": START, "last_day": LAST,
            "reasons": "รู้งานทั้งสี่ด้าน",
        } | values  # fmt: skip
        return services.Wish(**given)

    def nominate(self, by: str = "chief", **values: Any) -> Nomination:
        actor = self.actor(by)
        with actor.scope.active():
            return services.nominate(actor=actor, wish=self.wish(**values))

    def do(
        self, row: Nomination, name: str, by: str = "chief", as_of: date | None = None, **values: Any
    ) -> Nomination:
        """One act on a nomination; gives it as it stands then."""
        actor = self.actor(by, as_of)
        with actor.scope.active():
            version = Nomination.objects.select_related("case").get(pk=row.pk).case.version
            if name == "send":
                services.send(
                    actor=actor,
                    nomination=fresh(row),
                    overrides=values.get("overrides", {}),
                    expected_version=version,
                )
            elif name == "draft_end":
                services.draft_end(actor=actor, nomination=fresh(row), expected_version=version, **values)
            else:
                services.act(actor=actor, case_id=row.case_id, name=name, expected_version=version, **values)
        return fresh(row)

    def agreed(self, **values: Any) -> Nomination:
        """A nomination that the inspector agreed to."""
        row = self.do(self.nominate(**values), "send")
        return self.do(row, "agree", "inspector")

    def ordered(self, **values: Any) -> Nomination:
        """A nomination whose order is drafted."""
        return self.do(self.agreed(**values), "draft_order")

    def signed(self, **values: Any) -> Nomination:
        """A nomination whose order is signed."""
        row = self.ordered(**values)
        assert row.proposal is not None
        sign(self.actor("chief"), row.proposal)
        return fresh(row)


def fresh(row: Nomination) -> Nomination:
    """A nomination as the database has it."""
    with nation("test"):
        return Nomination.objects.select_related(
            "case", "office__province", "group", "person", "proposal__case", "proposal__order", "ending__case"
        ).get(pk=row.pk)


def sign(actor: Actor, proposal: OrderProposal) -> OrderProposal:
    """Propose and sign an order."""
    with actor.scope.active():
        for name in ("propose", "sign"):
            row = OrderProposal.objects.select_related("case").get(pk=proposal.pk)
            orders.act(actor=actor, proposal=row, name=name, expected_version=row.case.version)
        return OrderProposal.objects.select_related("order").get(pk=proposal.pk)


def post_for(person: Person, group: Group, *, level: str = "ชำนาญการพิเศษ", line: str = "3-2-023") -> Post:
    """A post that somebody holds for good."""
    known, _made = PositionLine.objects.get_or_create(
        code=line,
        defaults={
            "type": "ACAD",
            "name_th": "นักวิชาการอุตสาหกรรม",
            "name_en": "-",
            "levels": [level],
            "source": "-",
        },
    )
    post = Post.objects.create(
        number=f"{person.pk}", office=group.office, group=group, line=known, level=level, valid=make.EVER
    )
    Incumbency.objects.create(person=person, post=post, valid=make.EVER, order=make.order())
    return post
