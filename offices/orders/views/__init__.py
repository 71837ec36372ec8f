"""Pages of orders on their way."""

from offices.orders.views.heads import OutsideAdd, ProposalAdd, ProposalEdit
from offices.orders.views.lines import LineAdd, LineEdit, LineRemove
from offices.orders.views.proposals import (
    ProposalAct,
    ProposalDetail,
    ProposalList,
)

__all__ = [
    "LineAdd",
    "LineEdit",
    "LineRemove",
    "OutsideAdd",
    "ProposalAct",
    "ProposalAdd",
    "ProposalDetail",
    "ProposalEdit",
    "ProposalList",
]
