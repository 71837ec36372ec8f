"""The rules of this room as sentences; the database has them as constraints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from offices.services import rules
from portal.problems import Conflict, Invalid

# What only the database can see, two people at the same moment: it was done already.
MEANWHILE = {
    "signinproposal_one_for_a_subject": _("มีผู้ตัดสินคำขอนี้ไปแล้ว"),
    "secondfactorreset_one_open": _("บัญชีนี้มีคำขอล้างการยืนยันสองขั้นตอนที่รออยู่แล้ว"),
    "invitation_one_open": _("บุคคลนี้มีคำเชิญที่ยังใช้ได้อยู่แล้ว"),
    "socialaccount_socialaccount_provider_uid": _("วิธีลงชื่อเข้าใช้นี้ผูกกับบัญชีอื่นแล้ว"),
}
# What a form can mend: constraint → (field, sentence).
SENTENCES = {
    "secondfactorreset_not_by_owner": ("reason", _("ขอล้างการยืนยันสองขั้นตอนของตนเองไม่ได้ ให้ผู้ดูแลคนอื่นขอให้")),
    "secondfactorreset_second_person": ("reason", _("ผู้ขอและเจ้าของบัญชียืนยันเองไม่ได้ ต้องเป็นผู้ดูแลคนที่สอง")),
    "secondfactorreset_withdrawn_by_asker": ("reason", _("ผู้ขอเท่านั้นที่ถอนคำขอได้")),
    "secondfactorreset_has_reason": ("reason", _("ต้องระบุเหตุผล")),
    "signinproposal_refusal_has_reason": ("reason", _("ต้องระบุเหตุผล")),
}


def sentence(constraint: str) -> rules.Fault:
    """(field, sentence) of a rule, for those who ask before the database does."""
    field, words = SENTENCES[constraint]
    return field, str(words)


@contextmanager
def explaining() -> Iterator[None]:
    """A transaction whose broken constraints come out as sentences. Raises Conflict or Invalid."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        for constraint, words in MEANWHILE.items():
            if name.startswith(constraint):
                raise Conflict(str(words), code=name) from error
        if name in SENTENCES:
            field, said = sentence(name)
            raise Invalid(said, fields={field: [said]}, code=name) from error
        raise rules.explained(error) from error
