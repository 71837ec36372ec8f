"""Pages of this room: three lists with their acts for who keeps accounts, and two pages before signing in."""

from offices.accounts.views.invitations import (
    InvitationAdd,
    InvitationList,
    InvitationPrint,
    InvitationPrintOne,
    InvitationWithdraw,
    PersonInvite,
)
from offices.accounts.views.proposals import (
    ProposalClear,
    ProposalConfirm,
    ProposalDetail,
    ProposalList,
    ProposalRefuse,
)
from offices.accounts.views.public import InvitationAccept, ProposalWaiting
from offices.accounts.views.resets import (
    ResetAdd,
    ResetConfirm,
    ResetDetail,
    ResetList,
    ResetRefuse,
    ResetWithdraw,
)

__all__ = [
    "InvitationAccept",
    "InvitationAdd",
    "InvitationList",
    "InvitationPrint",
    "InvitationPrintOne",
    "InvitationWithdraw",
    "PersonInvite",
    "ProposalClear",
    "ProposalConfirm",
    "ProposalDetail",
    "ProposalList",
    "ProposalRefuse",
    "ProposalWaiting",
    "ResetAdd",
    "ResetConfirm",
    "ResetDetail",
    "ResetList",
    "ResetRefuse",
    "ResetWithdraw",
]
