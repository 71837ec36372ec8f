"""manage.py dated_setting: show what holds on a day, or let another value hold from a day on.

What is decided here counts as not verified: a verification needs a document and a second person,
and both stand on the fact's own page.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import calendar, dated
from portal.problems import Invalid


class Command(BaseCommand):
    help = "แสดงค่าตั้งทั้งหมด หรือกำหนดค่าใหม่ตั้งแต่วันหนึ่งเป็นต้นไป"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", nargs="?")
        parser.add_argument("value", nargs="?", help='JSON, e.g. 10 or "follow_up"')
        parser.add_argument("--since", help="first day, B.E. or ISO")
        parser.add_argument("--source", default="", help="who decided, which document")
        parser.add_argument("--place", default="", help="office:25 for one office")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["value"] is None:
            self._show(options["key"] or "", options["place"])
            return
        try:
            made = dated.decide(
                actor=None,
                key=options["key"],
                value=json.loads(options["value"]),
                since=calendar.parse_date(options["since"] or ""),
                source=options["source"],
                place=options["place"],
            )
        except json.JSONDecodeError as error:
            raise CommandError(f'ค่า “{options["value"]}” ไม่ใช่ JSON เช่น 10 หรือ "follow_up"') from error
        except (Invalid, calendar.DateError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{made.key} = {json.dumps(made.value, ensure_ascii=False)} ตั้งแต่ {options['since']}"
        )

    def _show(self, part: str, place: str) -> None:
        today = calendar.today()
        for setting in dated.declared():
            if part in setting.key:
                now = dated.on(setting.key, today, place=place)
                badge = "ยืนยันแล้ว" if now.verified else "ยังไม่ยืนยัน"
                self.stdout.write(f"{setting.key} = {json.dumps(now.value, ensure_ascii=False)} [{badge}]")
                self.stdout.write(f"  {setting.label}\n  ที่มา: {now.source}")
