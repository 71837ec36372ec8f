from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficesConfig(AppConfig):
    name = "offices"

    def ready(self) -> None:
        from portal.checks import allow_unscoped

        same_for_all = "reference data, the same for every reader"
        for name in (
            "province",
            "district",
            "inspectionzone",
            "zoneprovince",
            "casetype",
            "casestate",
            "letterhead",
        ):
            allow_unscoped(f"offices.{name}", same_for_all)
        directory = "the service's directory: who sits where is no secret inside it; pages filter by scope"
        for name in (
            "office",
            "group",
            "inspectiongroup",
            "inspectiongroupzone",
            "person",
            "appointmentorder",
            "assignment",
        ):
            allow_unscoped(f"offices.{name}", directory)

        from offices import facts, reference
        from offices.dated import ASSISTANT_ENABLED
        from offices.documents.kinds import BACK_DATED
        from offices.selectors import actors, uses
        from offices.workflow import sync_workflows
        from portal.actors import register_resolver
        from portal.facts import register_keepers, register_uses
        from portal.places import register_places
        from portal.reference import register_loader

        register_keepers(facts.KEEPERS)
        register_uses(ASSISTANT_ENABLED.key, uses.assistants)
        register_uses("offices.number_prefix:", uses.documents)
        register_uses(BACK_DATED.key, uses.documents)
        register_resolver(actors.resolve)
        register_places(actors.places)
        register_loader("offices.workflows", sync_workflows)
        register_loader("offices.provinces", reference.load_provinces)
        register_loader("offices.districts", reference.load_districts)
        register_loader("offices.offices", reference.load_offices)
        register_loader("offices.groups", reference.load_groups)
        register_loader("offices.zones", reference.load_zones)
        register_loader("offices.settings", reference.load_settings)

        from portal.audit import register_verbs

        register_verbs(
            {
                "centre.founded": _("แต่งตั้งผู้ดูแลระบบส่วนกลางชุดแรก"),
                "order.entered": _("บันทึกคำสั่ง"),
                "assignment.made": _("แต่งตั้ง"),
                "assignment.ended": _("สิ้นสุดการแต่งตั้ง"),
                "person.added": _("เพิ่มบุคลากร"),
                "person.account_given": _("ให้บัญชีผู้ใช้"),
                "document.issued": _("ออกเอกสาร"),
                "document.entered": _("บันทึกเอกสารจากภายนอก"),
                "document.revoked": _("ยกเลิกเอกสาร"),
                "document.superseded": _("แทนที่เอกสาร"),
                "register.opened": _("กำหนดเลขเริ่มต้นของทะเบียน"),
                "letterhead.added": _("เพิ่มตราที่หัวกระดาษ"),
            }
        )

        from offices.documents.selectors import find_documents
        from offices.selectors import people
        from portal.audit import Thing, register_people, register_things

        register_people(people.users_called)
        register_verbs({"audit.exported": _("ส่งออกบันทึกการใช้งาน"), "seal.printed": _("พิมพ์ใบผนึก")})
        register_things(
            {
                "offices.office": Thing(_("สำนักงาน"), people.find_offices),
                "offices.group": Thing(_("กลุ่ม")),
                "offices.inspectiongroup": Thing(_("กลุ่มตรวจราชการ")),
                "offices.inspectiongroupzone": Thing(_("เขตของกลุ่มตรวจราชการ")),
                "offices.person": Thing(_("บุคลากร"), people.find_people),
                "offices.appointmentorder": Thing(_("คำสั่ง"), people.find_orders),
                "offices.assignment": Thing(_("การแต่งตั้ง")),
                "offices.document": Thing(_("เอกสาร"), find_documents),
                "offices.register": Thing(_("ทะเบียนเลขที่เอกสาร")),
                "offices.letterhead": Thing(_("ตราที่หัวกระดาษ")),
            }
        )

        from offices.policies import auditors, figure_readers, inspectors
        from portal import navigation

        for room, label, url_name, policy in (
            ("people", _("สำนักงาน"), "offices:office-list", figure_readers),
            ("people", _("บุคลากร"), "offices:person-list", figure_readers),
            ("people", _("คำสั่ง"), "offices:order-list", figure_readers),
            ("people", _("ประวัติการแต่งตั้ง"), "offices:assignment-list", figure_readers),
            ("people", _("เอกสาร"), "offices:document-list", figure_readers),
            ("people", _("ทะเบียนเลขที่เอกสาร"), "offices:register-list", figure_readers),
            ("oversight", _("สำนักงานในเขต"), "offices:office-list", inspectors),
            ("oversight", _("บันทึกการใช้งาน"), "offices:auditevent-list", auditors),
        ):
            navigation.add(navigation.Entry(room, label, url_name, policy))

        from urllib.parse import quote

        from django.urls import reverse

        from offices.selectors.people import search
        from portal.search import Source, register_source

        register_source(
            Source(
                "people",
                _("บุคลากร"),
                figure_readers,
                search,
                lambda text: f"{reverse('offices:person-list')}?q={quote(text)}",
            )
        )
