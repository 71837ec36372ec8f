"""What a revoked order's case and paper say once a newer order revokes it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from offices.documents import services as documents
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import AppointmentOrder, Document, OrderProposal
from offices.services.cases import case_transition
from portal import audit
from portal.actors import Actor


def mark_revoked(proposal: OrderProposal, order: AppointmentOrder, actor: Actor) -> None:
    """Close the case and end the paper of the order that ``proposal`` revokes by ``order``, in the act's
    transaction. An order issued elsewhere ends a paper of ours like one of our own.

    Raises what an act on a case and ending a document raise.
    """
    earlier = proposal.revokes
    assert earlier is not None
    audit.record(actor, "order.revoked", earlier, by=order.reference)
    former = OrderProposal.objects.filter(order=earlier).select_related("case").first()
    reason = _("ยกเลิกโดย%(order)s") % {"order": order.reference}
    if former is not None:
        case_transition(
            case_id=former.case_id,
            name="revoke",
            actor=actor,
            expected_version=former.case.version,
            reason=reason,
            data={"by": str(order.uuid)},
        )
    if earlier.document is not None:
        documents.revoke(
            actor=actor,
            document=earlier.document,
            by=order.document or _paper_of(order, actor),
            since=max(proposal.starts_on, order.signed_on),
            reason=reason,
        )


def _paper_of(order: AppointmentOrder, actor: Actor) -> Document:
    """The paper of an order issued elsewhere, as a document that can end another: somebody may have entered
    it already, else it is entered from the order's scan."""
    assert order.office is not None and order.scan is not None
    reference = f"ที่ {order.number}/{order.year_be}"
    known = Document.objects.filter(
        office=order.office,
        kind=APPOINTMENT_ORDER,
        issuer=order.issuer,
        reference=reference,
        signed_on=order.signed_on,
        register__isnull=True,
        appointment_order__isnull=True,
    ).first()
    order.document = known or documents.enter_outside(
        actor=actor,
        kind=APPOINTMENT_ORDER,
        office=order.office,
        issuer=order.issuer,
        reference=reference,
        signed_on=order.signed_on,
        subject=order.title,
        scan=order.scan,
    )
    order.save(update_fields=["document"])
    return order.document
