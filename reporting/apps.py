from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        from portal.checks import allow_unscoped

        for name in ("form", "formversion", "measure", "product", "productunit"):
            allow_unscoped(f"reporting.{name}", "reference data, the same for every reader")
        for name in ("submissionline", "packageentry", "editionfile", "followupabout"):
            allow_unscoped(f"reporting.{name}", "reached through its scoped parent only")
        for name in ("fact", "factrow", "cell", "figure"):
            allow_unscoped(f"reporting.{name}", "read only through portal.sql, which demands the scope")
        allow_unscoped("reporting.compilerun", "the ledger holds no row of an office")
        allow_unscoped("reporting.edition", "its selector filters by level, office and zone")

        from urllib.parse import quote

        from django.urls import reverse

        from factories.late import register_late
        from offices import policies as office_policies
        from offices.dated import ASSISTANT_ENABLED
        from offices.learning.evidence import register_evidence
        from offices.workflow import register_workflow
        from portal import help, navigation, standing, worklist
        from portal.facts import register_uses
        from portal.intake.handlers import register_handler
        from portal.reference import register_loader
        from portal.search import Source, register_source
        from reporting import dated, forms, workflow
        from reporting import help as reporting_help
        from reporting.forms import due, facts
        from reporting.intake.month import MonthHandler
        from reporting.intake.obliged import ObligedHandler
        from reporting.rules import thresholds
        from reporting.selectors import packages as package_selectors
        from reporting.selectors import reports, uses, work
        from reporting.selectors import standing as standing_selectors
        from reporting.services import reference

        dated.declare()
        for beginning, source in (
            ("reporting.due_day:", uses.due_day),
            ("reporting.owed_", uses.owed_by_facts),
            ("reporting.office_role:", uses.office_role),
            (dated.PACKAGE_GROUP, uses.package_group),
            (thresholds.PREFIX, uses.threshold),
            (ASSISTANT_ENABLED.key, uses.assistants),
        ):
            register_uses(beginning, source)
        for name in reporting_help.PAGES:
            help.register(f"reporting:{name}", reporting_help.of_form)
        register_workflow(workflow.WORKFLOW)
        register_evidence(workflow.EVIDENCE)
        due.declare()
        facts.declare()
        thresholds.declare()
        register_loader("reporting.forms", reference.sync_forms)
        register_loader("reporting.products", reference.load_products)
        for code in forms.codes():
            register_handler(MonthHandler(code))
            if not forms.versions(code)[-1].owed_by:
                register_handler(ObligedHandler(code))
        from factories import panels
        from portal.audit import register_verbs
        from reporting import policies
        from reporting.views import calls

        panels.register(calls.PANEL)
        register_verbs({"contacts.listed": _("เปิดรายชื่อที่ค้างรายงานพร้อมช่องทางติดต่อ")})
        for label, name in (
            (_("ภาพรวม"), "reporting:dashboard-detail"),
            (_("รายงานรายงวด"), "reporting:form-list"),
            (_("ชุดรายงาน"), "reporting:package-list"),
            (_("ฉบับที่รับรอง"), "reporting:edition-list"),
        ):
            policy = (
                office_policies.published_readers
                if name == "reporting:edition-list"
                else office_policies.figure_readers
            )
            navigation.add(navigation.Entry("reports", label, name, policy))
        reminders = (_("ติดตามรายงานที่ค้าง"), "reporting:reminder-list", policies.report_writers)
        navigation.add(navigation.Entry("reports", *reminders))
        ledger = (_("บัญชีการประมวลผล"), "reporting:compilerun-list", office_policies.central_admin)
        navigation.add(navigation.Entry("reports", *ledger))
        standing.register(standing_selectors.of_batch)
        register_source(
            Source(
                "packages",
                _("ชุดรายงาน"),
                office_policies.figure_readers,
                package_selectors.search,
                lambda text: f"{reverse('reporting:package-list')}?q={quote(text)}",
            )
        )
        worklist.register(package_selectors.work)
        worklist.register(work.missing)
        register_late(reports.late_factories)

        from portal.audit import Thing, register_things, register_verbs

        register_things(
            {
                "reporting.obligedfactory": Thing(_("ผู้มีหน้าที่รายงาน")),
                "reporting.edition": Thing(_("ฉบับที่รับรอง")),
            }
        )

        register_verbs(
            {
                "report.entered": _("บันทึกรายงานแทนโรงงาน"),
                "edition.published": _("เผยแพร่ฉบับที่รับรอง"),
                "edition.downloaded": _("ดาวน์โหลดฉบับที่รับรอง"),
                "dashboard.printed": _("พิมพ์ภาพรวม"),
                "template.downloaded": _("ดาวน์โหลดแบบกรอก"),
            }
        )

        from factories.selectors.owners import register_burden
        from reporting.selectors.completeness import reports_owed

        register_burden(_("รายงานที่ต้องส่ง"), reports_owed)

        from reporting import opening

        opening.register()
