"""manage.py load_demo: fill an empty portal with demonstration data, the same for the same seed."""

from __future__ import annotations

import random
import sys
from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from offices import demo
from offices.assistants import demo as assistants
from offices.documents import demo as documents
from offices.documents.paper import PaperUnavailable
from offices.learning import demo as learning
from offices.models import Assignment
from offices.private import demo as private
from portal import audit, calendar, sql
from portal.scope import nation
from reporting.demonstration import (
    contacts,
    factories,
    reports,
    responsibility,
    review,
    sample,
    statuses,
)

SAMPLE_OFFICE = "25"  # its newest month lies in a file, for whoever wants to do the main job

# The eleven pilots have 32,301 plants; about 1,500 would owe the monthly survey.
SCALES = {"tiny": (Decimal("0.01"), 66), "tenth": (Decimal("0.1"), 150), "full": (Decimal(1), 1500)}


class Command(BaseCommand):
    help = "ใส่ข้อมูลสาธิตลงในระบบที่ยังว่าง (ใช้ได้เฉพาะระบบสาธิต)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=sorted(SCALES), default="tenth")
        parser.add_argument("--seed", type=int, default=2569)
        parser.add_argument("--months", type=int, default=reports.MONTHS)
        parser.add_argument(
            "--today", type=date.fromisoformat, default=None, help="ISO date; today when left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("ระบบนี้ไม่ใช่ระบบสาธิต จึงไม่ใส่ข้อมูลสาธิต")
        with nation("demonstration data"), audit.context(None):
            if Assignment.objects.exists():
                raise CommandError("ระบบนี้มีข้อมูลแล้ว ข้อมูลสาธิตใส่ได้เฉพาะในระบบที่ยังว่าง")
            # Thousands of small transactions: none need be on disk before the last, as a load that was
            # cut short begins anew.
            sql.script("SET synchronous_commit = off")
            try:
                self._load(
                    options["scale"],
                    random.Random(options["seed"]),
                    options["today"] or calendar.today(),
                    options["months"],
                )
            finally:
                sql.script("RESET synchronous_commit")

    def _load(self, scale: str, rng: random.Random, today: date, months: int) -> None:
        share, obliged = SCALES[scale]
        last = calendar.add_months(calendar.month_start(today), -1)
        first = calendar.add_months(last, 1 - months)
        steps = _Steps(self.stdout, 10 + months + max(0, months - 2))
        demo.create_staff(rng=rng, today=today)
        steps.done("บุคลากร")
        try:
            documents.write(today=today)
            steps.done("เอกสาร")
        except PaperUnavailable as problem:  # everything else works without
            steps.done(f"ไม่มีเอกสารตัวอย่าง: {problem.message}")
        private.write(today=today)
        steps.done("ข้อมูลส่วนบุคคล")
        learning.write(today=today)
        assistants.write(today=today)
        steps.done("ความสามารถและการเรียนรู้")
        made = factories.make(rng, share=share, as_of=today)
        steps.done("โรงงาน")
        responsibility.make()
        steps.done("ผู้รับผิดชอบโรงงาน")
        reporters = reports.oblige(rng, made, count=obliged, since=first)
        steps.done("บัญชีผู้มีหน้าที่รายงาน")
        story = reports.Story(rng, reporters)
        writer = demo.actor_of_centre(today)
        periods = calendar.month_range(first, last)
        held_back: list[reports.Report] = []
        home = {reporter.factory.id: reporter.factory.province for reporter in reporters}
        for number, period in enumerate(periods):
            reports.owe(period)
            came = list(story.month(period, number))
            if period == last:
                held_back = [report for report in came if home[report.factory] == SAMPLE_OFFICE]
                came = [report for report in came if home[report.factory] != SAMPLE_OFFICE]
            reports.write(period, came, actor=writer)
            if period != last:
                reports.write(period, reports.corrected(rng, came), actor=writer, version=2)
            steps.done(f"รายงาน {calendar.format_date_th(period, 'month_short')}")
        contacts.write(rng, made, today=today)
        statuses.write(rng, today=today, actor=writer)
        steps.done("ช่องทางติดต่อและสถานะรายงานประจำปี")
        offices = review.Offices(today)
        for period in periods[:-2]:
            review.certify(offices, period)
            steps.done(f"รับรอง {calendar.format_date_th(period, 'month_short')}")
        if months > 1:
            review.last_two(offices, *periods[-2:])
        review.publish(periods[-5:-2], actor=writer)
        review.drop_old_papers(calendar.add_months(last, 1 - review.PAPERS_KEPT))
        steps.done("งวดที่อยู่ระหว่างพิจารณา")
        path = settings.DATA_DIR / "demo" / f"PROD-M-{SAMPLE_OFFICE}-{calendar.be_year(last)}-{last:%m}.xlsx"
        sample.write_file(held_back, last, path)
        steps.done("ไฟล์ตัวอย่าง")
        self.stdout.write(
            f"\nไฟล์ตัวอย่างสำหรับนำเข้า (สอจ.ปราจีนบุรี งวด {calendar.format_date_th(last, 'month')}): {path}"
        )


class _Steps:
    """A progress bar: on a terminal one line that grows, elsewhere a line for each step."""

    def __init__(self, out: Any, total: int) -> None:
        self.out, self.total, self.count = out, total, 0

    def done(self, what: str) -> None:
        self.count += 1
        width = 30 * self.count // self.total
        bar = f"[{'#' * width}{'.' * (30 - width)}] {self.count}/{self.total} {what}"
        if sys.stdout.isatty():
            end = "\n" if self.count == self.total else ""
            self.out.write(f"\r\033[K{bar}", ending=end)
        else:
            self.out.write(bar)
        self.out.flush()
