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
            "positionline",
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
            "post",
            "incumbency",
            "placement",
            "statutorycard",
            "absence",
        ):
            allow_unscoped(f"offices.{name}", directory)

        keepers_only = "who keeps accounts looks after the nation's; its pages let nobody else in"
        for name in ("signinproposal", "secondfactorreset", "invitation"):
            allow_unscoped(f"offices.{name}", keepers_only)
        second_lock = "locked by row in the database (portal.rowlocks); pages ask offices.private.policies"
        for name in ("personprivate", "privatereading", "owncopy"):
            allow_unscoped(f"offices.{name}", second_lock)
        allow_unscoped("offices.erasure", "of the keepers of personnel data, who see the nation")

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
        register_loader("offices.positions", reference.load_positions)
        register_loader("offices.zones", reference.load_zones)
        register_loader("offices.settings", reference.load_settings)

        from offices.orders import workflow as orders
        from offices.workflow import register_workflow

        register_workflow(orders.WORKFLOW)
        register_workflow(orders.OUTSIDE)

        from portal.audit import register_verbs

        register_verbs(
            {
                "centre.founded": _("แต่งตั้งผู้ดูแลระบบส่วนกลางชุดแรก"),
                "order.signed": _("ลงนามคำสั่ง"),
                "order.confirmed": _("ยืนยันคำสั่งจากภายนอก"),
                "order.revoked": _("ยกเลิกคำสั่ง"),
                "assignment.made": _("แต่งตั้ง"),
                "person.added": _("เพิ่มบุคลากร"),
                "person.renamed": _("แก้ไขชื่อบุคลากร"),
                "person.account_given": _("ให้บัญชีผู้ใช้"),
                "document.issued": _("ออกเอกสาร"),
                "document.entered": _("บันทึกเอกสารจากภายนอก"),
                "document.revoked": _("ยกเลิกเอกสาร"),
                "document.superseded": _("แทนที่เอกสาร"),
                "register.opened": _("กำหนดเลขเริ่มต้นของทะเบียน"),
                "letterhead.added": _("เพิ่มตราที่หัวกระดาษ"),
            }
        )

        from offices.accounts import invitations, proposals, resets, selectors  # noqa: F401  (jobs, notices)
        from offices.accounts.lists import INVITED, InvitationsHandler
        from offices.accounts.policies import account_keepers
        from portal import accounts_oidc, worklist
        from portal.intake.handlers import register_handler
        from portal.sheets.spec import register_spec

        accounts_oidc.register_desk(accounts_oidc.Desk(proposals.came, proposals.connected))
        worklist.register(selectors.work)
        register_spec(INVITED)
        register_handler(InvitationsHandler())
        register_verbs(
            {
                "signin.proposed": _("เข้ามาครั้งแรกทางผู้ให้บริการ"),
                "signin.confirmed": _("ยืนยันตัวบุคคล"),
                "signin.refused": _("ไม่ยืนยันตัวบุคคล"),
                "signin.withdrawn": _("เจ้าของผูกบัญชีเอง"),
                "secondfactor.reset_asked": _("ขอล้างการยืนยันสองขั้นตอน"),
                "secondfactor.reset": _("ล้างการยืนยันสองขั้นตอน"),
                "secondfactor.reset_refused": _("ไม่ล้างการยืนยันสองขั้นตอน"),
                "secondfactor.reset_withdrawn": _("ถอนคำขอล้างการยืนยันสองขั้นตอน"),
                "invitation.made": _("ออกคำเชิญ"),
                "invitation.printed": _("พิมพ์ใบแจ้งรหัสครั้งเดียว"),
                "invitation.used": _("ใช้รหัสครั้งเดียว"),
                "invitation.withdrawn": _("ยกเลิกคำเชิญ"),
            }
        )

        from offices.documents.selectors import find_documents
        from offices.selectors import people
        from portal.audit import Thing, register_people, register_things

        register_people(people.users_called)
        register_verbs({"audit.exported": _("ส่งออกบันทึกการใช้งาน"), "seal.printed": _("พิมพ์ใบผนึก")})
        register_things(
            {
                "offices.signinproposal": Thing(_("คำขอเข้าใช้ครั้งแรก")),
                "offices.secondfactorreset": Thing(_("คำขอล้างการยืนยันสองขั้นตอน")),
                "offices.invitation": Thing(_("คำเชิญ")),
                "offices.office": Thing(_("สำนักงาน"), people.find_offices),
                "offices.group": Thing(_("กลุ่ม")),
                "offices.inspectiongroup": Thing(_("กลุ่มตรวจราชการ")),
                "offices.inspectiongroupzone": Thing(_("เขตของกลุ่มตรวจราชการ")),
                "offices.person": Thing(_("บุคลากร"), people.find_people),
                "offices.appointmentorder": Thing(_("คำสั่ง"), people.find_orders),
                "offices.assignment": Thing(_("การแต่งตั้ง")),
                "offices.orderproposal": Thing(_("ร่างคำสั่ง")),
                "offices.post": Thing(_("ตำแหน่ง")),
                "offices.incumbency": Thing(_("ผู้ดำรงตำแหน่ง")),
                "offices.placement": Thing(_("ที่ปฏิบัติงาน")),
                "offices.statutorycard": Thing(_("บัตรพนักงานเจ้าหน้าที่")),
                "offices.absence": Thing(_("การลาและไปราชการ")),
                "offices.document": Thing(_("เอกสาร"), find_documents),
                "offices.register": Thing(_("ทะเบียนเลขที่เอกสาร")),
                "offices.letterhead": Thing(_("ตราที่หัวกระดาษ")),
            }
        )

        from offices.policies import auditors, directory_readers, figure_readers, inspectors, order_readers
        from portal import navigation

        for room, label, url_name, policy in (
            ("people", _("สำนักงาน"), "offices:office-list", figure_readers),
            ("people", _("บุคลากร"), "offices:person-list", directory_readers),
            ("people", _("คำสั่ง"), "offices:order-list", directory_readers),
            ("people", _("ร่างคำสั่ง"), "offices:orderproposal-list", order_readers),
            ("people", _("ประวัติการแต่งตั้ง"), "offices:assignment-list", directory_readers),
            ("people", _("เอกสาร"), "offices:document-list", directory_readers),
            ("people", _("ทะเบียนเลขที่เอกสาร"), "offices:register-list", directory_readers),
            ("people", _("คำเชิญ"), "offices:invitation-list", account_keepers),
            ("people", _("คำขอเข้าใช้ครั้งแรก"), "offices:signinproposal-list", account_keepers),
            ("people", _("ล้างการยืนยันสองขั้นตอน"), "offices:secondfactorreset-list", account_keepers),
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
                directory_readers,
                search,
                lambda text: f"{reverse('offices:person-list')}?q={quote(text)}",
            )
        )

        self._privacy()

    def _privacy(self) -> None:
        """Personal data of people, and who may see and do what."""
        from offices.access import support as lent
        from offices.private import (
            keeping,
            own,
            own_copy,  # noqa: F401  (registers its job)
            policies,
            processing,
            retention,
        )
        from portal import navigation, rowlocks, support, worklist
        from portal.access import signed_in
        from portal.audit import Thing, register_things, register_verbs

        rowlocks.watch_connections()
        own.register_own()
        processing.declare_all()
        retention.register()
        support.register(lent.find, ends=lent.ends)
        worklist.register(keeping.work)
        worklist.register(lent.work)
        register_verbs(
            {
                "private.changed": _("แก้ข้อมูลส่วนบุคคล"),
                "private.rewrapped": _("ปิดผนึกกุญแจรายบุคคลใหม่"),
                "erasure.proposed": _("เสนอลบข้อมูลส่วนบุคคลตามกฎ"),
                "erasure.asked": _("ขอลบข้อมูลส่วนบุคคล"),
                "erasure.confirmed": _("ลบข้อมูลส่วนบุคคล"),
                "erasure.declined": _("ไม่ลบข้อมูลส่วนบุคคล"),
                "erasure.withdrawn": _("ถอนคำขอลบ"),
                "own_copy.asked": _("ขอสำเนาข้อมูลของตนเอง"),
                "own_copy.made": _("ทำสำเนาข้อมูลของตนเอง"),
                "own_copy.taken": _("ดาวน์โหลดสำเนาข้อมูลของตนเอง"),
                "own_copy.removed": _("ลบสำเนาที่หมดอายุ"),
                "support.began": _("เริ่มการเข้าถึงเพื่อสนับสนุน"),
                "support.request": _("เปิดหน้าระหว่างการเข้าถึงเพื่อสนับสนุน"),
                "support.agreed": _("เห็นชอบให้บันทึกระหว่างการเข้าถึง"),
                "support.ended": _("สิ้นสุดการเข้าถึงเพื่อสนับสนุน"),
                "support.seen": _("รับทราบการเข้าถึงเพื่อสนับสนุน"),
            }
        )
        register_things(
            {
                "offices.erasure": Thing(_("คำขอลบข้อมูลส่วนบุคคล")),
                "offices.owncopy": Thing(_("สำเนาข้อมูลของตนเอง")),
                "offices.supportaccess": Thing(_("การเข้าถึงเพื่อสนับสนุน")),
            }
        )
        for room, label, url_name, policy in (
            ("work", _("ข้อมูลของฉัน"), "offices:private-mine", signed_in),
            ("people", _("สิทธิเข้าถึง"), "offices:access-detail", signed_in),
            ("oversight", _("การเข้าถึงเพื่อสนับสนุน"), "offices:supportaccess-list", lent.concerned),
            (
                "oversight",
                _("บันทึกการอ่านข้อมูลส่วนบุคคล"),
                "offices:privatereading-list",
                policies.keepers,
            ),
        ):
            navigation.add(navigation.Entry(room, label, url_name, policy))

        from offices.absences import setup as absences
        from offices.assistants import setup as assistants
        from offices.inspection import setup as inspection
        from offices.learning import setup as learning
        from offices.opening import setup as opening
        from offices.staffing import setup as staffing

        for one in (learning, assistants, staffing, absences, opening, inspection):
            one.ready()
