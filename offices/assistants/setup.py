"""What the scheme tells the house when the app is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def ready() -> None:
    """Register settings, case types, notes on orders, words of acts, places in the rail, and what waits."""
    from offices.assistants import dated, policies, selectors
    from offices.assistants.noting import unnominated
    from offices.assistants.sentences import SENTENCES
    from offices.assistants.workflow import NOMINATING, REVIEWING
    from offices.orders import notes
    from offices.services.rules import sentences
    from offices.workflow import register_workflow
    from portal import audit, navigation, worklist
    from portal.audit import Thing

    dated.declare()
    sentences.SENTENCES.update(SENTENCES)
    register_workflow(NOMINATING)
    register_workflow(REVIEWING)
    notes.register(unnominated)
    worklist.register(selectors.work)
    audit.register_verbs(
        {
            "nomination.opened": _("เสนอชื่อผู้ช่วยฯ"),
            "assistant_review.opened": _("เริ่มประเมินผู้ช่วยฯ"),
        }
    )
    audit.register_things(
        {
            "offices.nomination": Thing(_("การเสนอชื่อผู้ช่วยฯ")),
            "offices.assistantreview": Thing(_("การประเมินผู้ช่วยฯ")),
        }
    )
    for room, label, url_name, policy in (
        ("people", _("ผู้ช่วยอุตสาหกรรมจังหวัด"), "offices:assistant-list", policies.scheme_readers),
        ("people", _("การเสนอชื่อผู้ช่วยฯ"), "offices:nomination-list", policies.scheme_readers),
        ("people", _("การประเมินผู้ช่วยฯ"), "offices:assistantreview-list", policies.scheme_readers),
        ("oversight", _("ผู้ช่วยฯ ทั่วประเทศ"), "offices:scheme-list", policies.scheme_overseers),
    ):
        navigation.add(navigation.Entry(room, label, url_name, policy))
