"""Pages of the facts."""

from portal.views.facts.acts import FactAdd, ProposalConfirm, ProposalDecline, ProposalDocument
from portal.views.facts.pages import FactDetail, FactList, work

__all__ = [
    "FactAdd",
    "FactDetail",
    "FactList",
    "ProposalConfirm",
    "ProposalDecline",
    "ProposalDocument",
    "work",
]
