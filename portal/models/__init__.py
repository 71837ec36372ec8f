"""Tables of the kernel. None of them names an app."""

from portal.models.accounts import AccountNotice, SignInSession
from portal.models.audit import AuditEvent
from portal.models.dated import DatedSetting, SettingProposal
from portal.models.drafts import Draft
from portal.models.files import StoredFile
from portal.models.intake import Batch, BatchFinding, BatchRow
from portal.models.jobs import Job
from portal.models.lists import SavedView
from portal.models.mapping import BatchLayout, ColumnMapping, MappingVersion
from portal.models.seals import Seal, SealPart
from portal.models.users import User

__all__ = [
    "AccountNotice",
    "AuditEvent",
    "Batch",
    "BatchFinding",
    "BatchLayout",
    "BatchRow",
    "ColumnMapping",
    "DatedSetting",
    "Draft",
    "Job",
    "MappingVersion",
    "SavedView",
    "Seal",
    "SealPart",
    "SettingProposal",
    "SignInSession",
    "StoredFile",
    "User",
]
