from django.apps import AppConfig


class FactoriesConfig(AppConfig):
    name = "factories"

    def ready(self) -> None:
        from portal.checks import allow_unscoped

        allow_unscoped("factories.factorytype", "reference data, the same for every reader")

        from factories import processing
        from factories.reference import load_factory_types
        from portal.reference import register_loader

        register_loader("factories.types", load_factory_types)

        from factories.intake.handlers import ExportHandler, FeedHandler, RegisterHandler
        from portal.intake.handlers import register_handler
        from portal.sheets.spec import register_spec

        for handler in (FeedHandler(), ExportHandler(), RegisterHandler()):
            register_spec(handler.sheet)
            register_handler(handler)

        from django.utils.translation import gettext_lazy as _

        from factories.dated import SIZE_WORKERS
        from factories.map.areas import TOLERANCE
        from factories.policies import registry_readers
        from factories.putback import FactoryPutBack, StatePutBack
        from portal import audit, dated, putback
        from portal.navigation import Entry, add

        for setting in (TOLERANCE, SIZE_WORKERS):
            dated.declare(setting)
        putback.register(FactoryPutBack())
        putback.register(StatePutBack(), "factories.factorystate")
        audit.register_verbs(
            {
                "factory.changed": _("แก้ไขข้อมูลโรงงาน"),
                "factory.put_back": _("คืนค่าเดิมของโรงงาน"),
                "map.printed": _("พิมพ์แผนที่โรงงาน"),
                "contact.added": _("เพิ่มช่องทางติดต่อ"),
                "contact.state_changed": _("แก้สถานะช่องทางติดต่อ"),
                "contact.read": _("เปิดดูช่องทางติดต่อ"),
                "responsibility.changed": _("แก้กฎผู้รับผิดชอบโรงงาน"),
                "responsibility.undone": _("ถอนคืนการแก้กฎผู้รับผิดชอบโรงงาน"),
            }
        )
        add(Entry("factories", _("ทะเบียนโรงงาน"), "factories:factory-list", registry_readers))
        add(Entry("factories", _("แผนที่โรงงาน"), "factories:map-detail", registry_readers))
        add(Entry("factories", _("ผู้รับผิดชอบโรงงาน"), "factories:responsibilityrule-list", registry_readers))

        from urllib.parse import quote

        from django.urls import reverse

        from factories.selectors import search
        from portal.search import Source, register_source

        register_source(
            Source(
                "factories",
                _("โรงงาน"),
                registry_readers,
                search,
                lambda text: f"{reverse('factories:factory-list')}?q={quote(text)}",
            )
        )

        processing.declare_all()

        from factories.selectors import find_factories
        from portal.audit import Thing, register_things

        register_things({"factories.factory": Thing(_("โรงงาน"), find_factories)})

        from factories.selectors.work import held_by, without_owner
        from offices.absences import matters as owned
        from portal import worklist

        worklist.register(without_owner)
        owned.register(held_by)

        from factories.handover import Responsibility
        from offices.staffing import matters

        matters.register(Responsibility())

        from factories.ending import RulesOfGroup
        from offices.staffing.services import groups

        groups.register(RulesOfGroup())

        from factories import opening

        opening.register()
