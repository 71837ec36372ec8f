"""A small office: chief, two who act for him by standing orders, groups with heads, and strangers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.test import Client

from offices.absences import services
from offices.models import Absence, Person
from offices.selectors.actors import resolve
from portal.actors import Actor
from portal.models import User
from portal.scope import nation
from tests.offices import make
from tests.offices.november import DAY as DAY
from tests.offices.test_pages import signed_in


def on(days: int) -> date:
    """So many days after the day of the world."""
    return DAY + timedelta(days=days)


class World:
    """``world.actor("chief")``, ``world.person("chief")``, ``world.client("chief")``.

    The head of factories acts for the chief first, the head of mining second; the officer of factories
    for the head of factories. Nobody acts for the head of mining.
    """

    def __init__(self, day: date = DAY) -> None:
        self.day = day
        with nation("test"):
            self.here, self.there = make.office(), make.office("19", "สระบุรี")
            self.centre = make.centre()
            self.groups = {code: make.group(self.here, code) for code in ("ADMIN", "FACTORY", "MINING")}
            make.group(self.there, "FACTORY")
            inspected = make.inspection_group(make.zone(9, "25"))
            make.zone(1, "19")
            self.rows: dict[str, Any] = {}
            for name, kind, place, values in (
                ("chief", "CHIEF", self.here, {}),
                ("there", "CHIEF", self.there, {}),
                ("clerk", "OFFICER", self.here, {"group": self.groups["ADMIN"]}),
                ("other_clerk", "OFFICER", self.here, {"group": self.groups["ADMIN"]}),
                ("head", "GROUP_HEAD", self.here, {"group": self.groups["FACTORY"]}),
                ("miner", "GROUP_HEAD", self.here, {"group": self.groups["MINING"]}),
                ("officer", "OFFICER", self.here, {"group": self.groups["FACTORY"]}),
                ("stranger", "OFFICER", self.there, {}),
                ("inspector", "INSPECTOR", self.centre, {"inspection_group": inspected}),
                ("admin", "CENTRAL_ADMIN", self.centre, {}),
            ):
                self.rows[name] = make.assign(
                    make.person(f"คน{name}", user=make.user()), kind, place, **values
                )
            self.acts(1, "head")
            self.acts(2, "miner")
            self.rows["acting head"] = make.assign(
                self.person("officer"),
                "GROUP_HEAD",
                self.here,
                group=self.groups["FACTORY"],
                acting_rank=1,
                standing=True,
            )
        self._clients: dict[str, Client] = {}

    def acts(self, rank: int, name: str, **values: Any) -> None:
        """A standing order to act for the chief."""
        self.rows[f"acting {rank}"] = make.assign(
            self.person(name), "ACTING_CHIEF", self.here, acting_rank=rank, standing=True, **values
        )

    def person(self, name: str) -> Person:
        return self.rows[name].person

    def actor(self, name: str, day: date | None = None) -> Actor:
        user = self.person(name).user
        assert isinstance(user, User)
        with nation("test"):
            return resolve(user, day or self.day)

    def client(self, name: str) -> Client:
        if name not in self._clients:
            self._clients[name] = signed_in(self.person(name).user)
        return self._clients[name]

    def away(self, name: str, first: int, last: int | None = None, **values: Any) -> Absence:
        """An absence entered as the centre does it, whatever the day."""
        return services.enter(actor=self.actor("admin"), entry=self.entry(name, first, last, **values))

    def entry(self, name: str, first: int, last: int | None = None, **values: Any) -> services.Entry:
        """First and last day as counted from the day of the world."""
        values = {"kind": "vacation"} | values
        if first < 0:
            values.setdefault("reason", "แจ้งทางโทรศัพท์")
        return services.Entry(
            person=self.person(name),
            starts_on=on(first),
            last_day=on(first if last is None else last),
            **values,
        )
