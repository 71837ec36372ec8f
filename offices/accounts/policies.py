"""Who looks after accounts: today the centre; a personnel administrator's assignment joins it here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from offices.policies import central_admin, demand
from portal.access import Policy
from portal.actors import Actor
from portal.models import User
from portal.problems import NotAllowed

# One name for every page and service of this room, so that who keeps accounts is said once.
account_keepers: Policy = central_admin


def keeps_accounts(actor: Actor) -> bool:
    return account_keepers.test(actor)


def keeper(actor: Actor) -> User:
    """The account of an actor who keeps accounts. Raises NotAllowed for anybody else, and for a job."""
    demand(account_keepers, actor)
    if actor.user is None:
        raise NotAllowed(_("เรื่องนี้ต้องทำโดยบุคคล"))
    return actor.user
