"""Random kills under load: ``python -m tests.soak [--kills 500] [--seed 1] [--gap 1.5] [--minutes 0]``.
Random orders: ``python -m tests.soak --orders [10000]``.

Two offices send in months of reports without a pause while workers, the web process, the database and
the broker are killed (kill -9) at random moments. At the end every file must have been applied exactly
once and every figure be what a plain sum over the files says. Prints what happened; exits 1 if anything
was lost or doubled.

With ``--orders`` nothing is killed: so many random sequences of orders and absences are carried out, and what
the portal says of everybody's authority is held against the model of ``tests/orders``.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.calendar import add_months
from tests.faults.house import Died, Failed, House

OFFICES = ("25", "19")
VICTIMS = {"worker": 3, "worker2": 3, "database": 2, "broker": 2, "web": 1}
IN_FLIGHT = 4
MONTHS = [add_months(date(2026, 1, 1), -back).isoformat() for back in range(24)]
BATCH = 250  # sequences of orders
PATIENCE = 180  # seconds for one command or for the last batches, kills included


class Killer(threading.Thread):
    """Kills something that lives, at random moments, until there were enough."""

    def __init__(self, folder: Path, dice: random.Random, kills: int, gap: float) -> None:
        super().__init__(daemon=True)
        self.folder, self.dice, self.kills, self.gap = folder, dice, kills, gap
        self.killed: Counter[str] = Counter()
        self.enough = threading.Event()

    def run(self) -> None:
        last: dict[str, int] = {}
        while self.killed.total() < self.kills:
            if self.enough.wait(self.dice.expovariate(1 / self.gap)):
                return
            victim = self.dice.choices(list(VICTIMS), weights=list(VICTIMS.values()))[0]
            try:
                pid = int((self.folder / f"{victim}.pid").read_text())
                if pid == last.get(victim):
                    continue  # not up again yet
                os.kill(pid, signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                continue
            last[victim] = pid
            self.killed[victim.rstrip("2")] += 1
            if self.killed.total() % 25 == 0:
                print(f"  {self.killed.total()} kills", flush=True)
        self.enough.set()


@dataclass
class Flight:
    """One file on its way."""

    office: str
    month: str
    revision: int
    batch: str = ""


class Load:
    """Keeps files on their way, at most one for an office and month at a time."""

    def __init__(self, house: House, dice: random.Random) -> None:
        self.house, self.dice = house, dice
        self.flights: list[Flight] = []
        self.applied: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.retried = 0

    def fill(self) -> None:
        """New files for places that have none under way."""
        busy = {(flight.office, flight.month) for flight in self.flights}
        while len(self.flights) < IN_FLIGHT:
            place = (self.dice.choice(OFFICES), self.dice.choice(MONTHS))
            if place not in busy:
                busy.add(place)
                self.flights.append(Flight(*place, revision=len(self.applied[place])))

    def step(self) -> None:
        """One look at each file on its way, and one tick of the clock."""
        for flight in list(self.flights):
            if not flight.batch:
                flight.batch = self.insist(
                    "upload", office=flight.office, month=flight.month, revision=flight.revision
                )
                continue
            seen = self.insist("look", batch=flight.batch)
            if seen["state"] == "applied" and not seen["live"]:
                self.applied[flight.office, flight.month].append(flight.revision)
                self.flights.remove(flight)
            elif seen["failed"] and not seen["live"]:
                self.retried += self.insist("retry", office=flight.office, batch=flight.batch)
            else:
                self.insist("confirm", office=flight.office, batch=flight.batch)
        self.insist("tick")

    def insist(self, name: str, **arguments: object) -> object:
        self.house.raise_the_dead()
        return self.house.insist(name, seconds=PATIENCE, **arguments)


def soak(kills: int, seed: int, gap: float, minutes: float) -> int:
    """Run it; gives the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="portal-soak-"))
    house = House(folder, ("worker", "worker2"))
    dice = random.Random(seed)
    print(f"soak: {kills} kills, seed {seed}, one every {gap} s on average", flush=True)
    try:
        house.start()
        killer = Killer(folder, random.Random(dice.random()), kills, gap)
        load = Load(house, dice)
        started = time.monotonic()
        killer.start()
        while not killer.enough.is_set():
            load.fill()
            load.step()
            if minutes and time.monotonic() - started > minutes * 60:
                killer.enough.set()
        killer.join()
        under_fire = time.monotonic() - started
        deadline = time.monotonic() + PATIENCE
        while load.flights and time.monotonic() < deadline:
            load.step()
        lost = len(load.flights)
        wrong = [
            complaint
            for (office, month), revisions in sorted(load.applied.items())
            if revisions
            for complaint in load.insist("check", office=office, month=month, revisions=revisions)
        ]
        left = {office: load.insist("jobs_left", office=office) for office in OFFICES}
        changed = load.insist("compile_all")
    except (Died, Failed) as error:
        print(f"soak: stopped by {error!r}; the logs are in {folder / 'log'}")
        house.stop()
        return 1
    house.stop()
    for complaint in wrong:
        print(f"  {complaint}")
    by_victim = ", ".join(f"{victim} {number}" for victim, number in sorted(killer.killed.items()))
    batches = sum(len(revisions) for revisions in load.applied.values())
    places = sum(1 for revisions in load.applied.values() if revisions)
    print(
        f"soak: {killer.killed.total()} kills ({by_victim}) in {under_fire:.0f} s; {batches} batches applied in "
        f"{places} office-months, lost {lost}, complaints (doubled, missing or wrong) {len(wrong)}, "
        f"jobs retried by hand {load.retried}, jobs left {left}, figures differing from a full compilation {changed}"
    )
    bad = bool(lost or wrong or changed or any(left.values()))
    if not bad:
        shutil.rmtree(folder)
    return int(bad)


def soak_orders(cases: int, seed: int) -> int:
    """Run so many random sequences of orders; gives the exit code.

    In batches, each with a seed and a database of its own: what examples roll back stays in the tables of a
    transaction, and after some thousands each would wade through it.
    """
    started, done, answers = time.monotonic(), 0, 0
    while done < cases:
        batch = min(BATCH, cases - done)
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", f"--hypothesis-seed={seed}"]
        command += ["-s", "-p", "no:cacheprovider", "--timeout=0", "tests/orders/test_model.py"]
        environment = {**os.environ, "PORTAL_ORDER_CASES": str(batch)}
        answer = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        if answer.returncode:
            print(answer.stdout, answer.stderr)
            print(f"soak: a difference from the model, seed {seed}, after {done} sequences without one")
            return answer.returncode
        done, seed = done + batch, seed + 1
        answers += sum(map(int, re.findall(r"answers: (\d+)", answer.stdout)))
        said = f"{done} sequences of orders, {answers} answers, {time.monotonic() - started:.0f} s"
        print(f"  {said}", flush=True)
    print(f"soak: no difference from the model in {said}")
    return 0


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m tests.soak")
    asked.add_argument("--kills", type=int, default=500)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--gap", type=float, default=1.5, help="seconds between two kills, on average")
    asked.add_argument("--minutes", type=float, default=0, help="stop after so long, 0 for never")
    asked.add_argument(
        "--orders", type=int, nargs="?", const=10_000, default=0, help="random sequences of orders instead"
    )
    given = asked.parse_args()
    if given.orders:
        sys.exit(soak_orders(given.orders, given.seed))
    sys.exit(soak(given.kills, given.seed, given.gap, given.minutes))
