"""Who may open what: the reference model of the access matrix, written from the rules and not from the code.

Its sources are the issue "People and authority" and the office's rules of assistants, inspectors and
readers; a difference between this table and the portal is decided by those, never by what the portal did.

One letter is one role; ``OWN`` office and ``FAR`` office are told apart where an address names a row:

    O officer    H head of the factory group    M head of general administration    A assistant
    C chief      X acting chief                 D delegated (signs orders)          U duty (gives nothing)
    I inspector of the own office's group       S his staff (prepares, never issues or closes)
    N head inspector                            R reader of a central agency        E executive
    Z central administrator                     Q an account without any assignment

A row says who finds the address ``open``; ``gone``: whom the page would let in, but this row is not his (404);
everybody else is refused (403). ``post``: who of the open may also send its form, where that is fewer; the
others of them are refused. ``far``: who finds the foreign office's row open (by default those of the open who
have the nation in scope); others whom the page would let in find nothing there. ``far_post`` likewise.

To add an address: one line below, under its room, by its URL name; the row whose id it takes is told by the
name (``offices:person-detail`` takes an ``offices.Person``) or by ``TAKES``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps

ALL = "OHMACXDISNREZUQ"
NATION = "NREZ"  # whose scope is the nation

# --- Groups of roles, by rule ---
ASSIGNED = "OHMACXDISNRZ"  # any order in force; an executive and a duty give no room of the house
STAFF = "OHMACX"  # of an office, with duties of their own; who was delegated has the listed powers only
WRITERS = "OHMA"  # who prepare: officers, heads, assistants
CHIEFS = "CX"
FIGURES = "OHMACXDISNRZ"  # figures, registry of factories, the offices themselves
DIRECTORY = "OHMACXDISNZ"  # people, orders, documents, readiness: not for readers of other agencies
PUBLISHED = "OHMACXDISNREZ"  # editions
CENTRE = "Z"
REGISTERS = "MCXZ"  # head of general administration, chief, the centre for its own
LEARNERS = "OHMACXDISNZ"  # whoever works here; readers and executives are not of the service
SUPERIORS = "HMCXZ"
AUDITORS = "CXINZ"
INTAKE = ASSIGNED  # sees what was imported for his offices: where figures come from


@dataclass(frozen=True)
class Row:
    """What the reference says of one address."""

    open: str
    gone: str = ""
    post: str | None = None
    far: str | None = None
    far_gone: str | None = None
    far_post: str | None = None

    def expected(self, role: str, *, far: bool, post: bool) -> str:
        """ "open", "gone" or "refused"."""
        if far:
            opens = self.far if self.far is not None else "".join(set(self.open) & set(NATION))
            gone = self.far_gone if self.far_gone is not None else self.open + self.gone
            sends = self.far_post if self.far_post is not None else self.post
        else:
            opens, gone, sends = self.open, self.gone, self.post
        if role in opens:
            return "open" if not post or sends is None or role in sends else "refused"
        return "gone" if role in gone else "refused"


def same(*names: str, of: Row) -> dict[str, Row]:
    """The same row for several addresses."""
    return dict.fromkeys(names, of)


# Of one's own things (drafts, views, jobs, copies): the own office's officer made them.
MINE = Row("O", gone=ALL.replace("O", ""), far="", far_gone=ALL)

EXPECTED: dict[str, Row] = {
    # --- Everybody ---
    **same(
        "healthz",
        "set_language",
        "portal:session",
        "join:invitation-accept",
        of=Row(ALL),
    ),
    # who waits for nothing is shown the way to sign in
    "join:signinproposal-waiting": Row(ALL),
    # whoever holds a paper checks it, of whatever office
    "check:document-detail": Row(ALL, far=ALL),
    # --- Everybody signed in ---
    **same(
        "home",
        "portal:job-list",
        "portal:help-list",
        "portal:search",
        "portal:savedview-add",
        "portal:draft-list",
        "portal:continue",
        "offices:reading-mine",
        "offices:access-detail",
        "offices:access-matrix",
        "offices:access-matrix-print",
        "offices:processing-list",
        of=Row(ALL),
    ),
    # help is of a page: here of the list of factories
    "portal:help": Row(FIGURES, gone="EUQ"),
    # what runs for an office is known there and to who reads it; started again by whoever sees it
    **same("portal:job-detail", "portal:job-retry", of=Row(ASSIGNED, gone="EUQ", far="NRZ", far_gone=ALL)),
    **same(
        "portal:draft-detail",
        "portal:draft-restore",
        "portal:draft-delete",
        "portal:savedview-edit",
        "portal:savedview-replace",
        "portal:savedview-delete",
        "offices:owncopy-download",
        of=MINE,
    ),
    # his own personal data: who is not in the directory is told that there are none
    **same("offices:private-mine", "offices:owncopy-list", of=Row(ALL)),
    **same(
        "offices:private-mine-edit", "offices:private-mine-reveal", of=Row(ALL.replace("Q", ""), gone="Q")
    ),
    "offices:owncopy-add": Row(ALL, post=ALL.replace("Q", "")),
    # --- Facts ---
    **same("portal:fact-list", "portal:fact-detail", of=Row(ASSIGNED)),
    "portal:fact-add": Row("CXZ"),
    # rules are public in the service; the chief decides his own office's
    "portal:settingproposal-document": Row(ASSIGNED, far=ASSIGNED),
    **same(
        "portal:settingproposal-confirm",
        "portal:settingproposal-decline",
        of=Row("CXZ", far="CXZ", far_post="Z"),
    ),
    # --- Import ---
    **same("intake:batch-list", "intake:mapping-list", of=Row(INTAKE)),
    **same(
        "intake:batch-detail",
        "intake:batch-history",
        "intake:batch-rows",
        "intake:mapping-detail",
        "intake:batch-marked",
        of=Row(INTAKE),
    ),
    **same(
        "intake:batch-import",
        # a sheet with its rows, to be sent in again: to who may send it
        "intake:sheet-template",
        "intake:sheet-export",
        "intake:sheet-export-csv",
        of=Row("OHMAZ"),
    ),
    **same(
        "intake:batch-mapping",
        "intake:batch-remap",
        "intake:batch-apply",
        "intake:batch-undo",
        "intake:batch-discard",
        "intake:batch-restore",
        "intake:batch-again",
        "intake:mapping-retire",
        # the row comes first: who does not see it finds nothing, whoever he is
        of=Row("OHMAZ", gone="UQ", far_gone="OHMADCIXSUQ"),
    ),
    "portal:storedfile-download": Row(INTAKE),
    # --- Offices, people, orders, documents ---
    **same("offices:office-list", of=Row(FIGURES)),
    **same("offices:office-detail", "offices:office-history", of=Row(FIGURES)),
    **same(
        "offices:person-list",
        "offices:order-list",
        "offices:assignment-list",
        "offices:document-list",
        "offices:register-list",
        of=Row(DIRECTORY),
    ),
    **same(
        "offices:person-detail",
        "offices:person-history",
        "offices:order-detail",
        "offices:order-history",
        "offices:document-detail",
        of=Row(DIRECTORY),
    ),
    **same("offices:person-add", "offices:letterhead-add", of=Row(CENTRE)),
    # a name also by the head of general administration, of his office's people
    "offices:person-edit": Row("MZ"),
    **same("offices:register-add", of=Row(REGISTERS)),
    # an office keeps its own books: the centre those of the centre only
    "offices:register-edit": Row("MCX", gone="Z", far="", far_gone="MCXZ"),
    # orders on their way: drafted by the office, signed by its chief or whom he delegated that power
    "offices:orderproposal-list": Row("OHMACXDZ"),
    **same("offices:orderproposal-detail", "offices:orderproposal-act", of=Row("OHMACXDZ")),
    **same("offices:orderproposal-add", "offices:orderproposal-outside", of=Row("OHMACXZ")),
    **same(
        "offices:orderproposal-edit",
        "offices:orderline-add",
        "offices:orderline-edit",
        "offices:orderline-remove",
        of=Row("OHMACXZ"),
    ),
    # --- Audit, personal data, access, support ---
    "offices:auditevent-list": Row(AUDITORS),
    **same(
        "offices:reading-list",
        "offices:seal-list",
        "offices:seal-latest",
        "offices:seal-print",
        "offices:privatereading-list",
        "offices:private-find",
        "offices:erasure-list",
        "offices:retention-list",
        "offices:owncopy-remove",
        of=Row(CENTRE),
    ),
    **same(
        "offices:private-edit",
        "offices:erasure-add",
        "offices:erasure-detail",
        "offices:erasure-decline",
        of=Row(CENTRE),
    ),
    **same("offices:private-detail", "offices:private-reveal", of=Row("MCXZ")),
    "offices:supportaccess-list": Row("CXZ"),
    "offices:supportaccess-detail": Row("CXZ"),
    # seen by the office and not by who lent it; agreed to by another than who asks, and so is an erasure
    "offices:supportaccess-see": Row("CXZ", post="CX"),
    **same("offices:supportaccess-agree", "offices:erasure-confirm", of=Row(CENTRE, post="")),
    **same("offices:supportaccess-add", "offices:supportaccess-end", of=Row(CENTRE)),
    # --- Accounts ---
    **same(
        "offices:signinproposal-list",
        "offices:signinproposal-clear",
        "offices:secondfactorreset-list",
        "offices:invitation-list",
        "offices:invitation-add",
        "offices:invitation-print",
        of=Row(CENTRE),
    ),
    **same(
        "offices:signinproposal-detail",
        "offices:signinproposal-confirm",
        "offices:signinproposal-refuse",
        "offices:secondfactorreset-detail",
        "offices:secondfactorreset-confirm",
        "offices:secondfactorreset-refuse",
        "offices:secondfactorreset-withdraw",
        "offices:secondfactorreset-add",
        "offices:person-invite",
        "offices:invitation-print-one",
        "offices:invitation-withdraw",
        of=Row(CENTRE),
    ),
    # --- Opening an office: the centre the nation's, a chief his own ---
    "offices:opening-list": Row("CXZ"),
    "offices:opening-detail": Row("CXZ"),
    # --- Inspection: who sees which offices is the business of two central administrators ---
    **same(
        "offices:inspectiongroup-list",
        "offices:zoneprovince-list",
        "offices:inspectionchange-list",
        "offices:inspectionchange-add",
        of=Row(CENTRE),
    ),
    **same(
        "offices:inspectiongroup-detail",
        "offices:inspectiongroup-history",
        "offices:inspectionchange-detail",
        of=Row(CENTRE),
    ),
    "offices:inspectionchange-act": Row(CENTRE, post=""),  # he proposed it: another confirms
    # --- The assistant scheme: chief, assistants and overseers; of his own rows an assistant sees those decided ---
    "offices:scheme-list": Row("ISNZ"),
    **same(
        "offices:assistant-list",
        "offices:nomination-list",
        "offices:assistantreview-list",
        of=Row("ACXISNZ"),
    ),
    **same(
        "offices:assistant-detail",
        "offices:nomination-detail",
        "offices:assistantreview-detail",
        of=Row("CXISNZ", gone="A"),
    ),
    **same(
        "offices:nomination-add",
        "offices:nomination-edit",
        "offices:nomination-send",
        "offices:nomination-withdraw",
        "offices:nomination-revise",
        "offices:nomination-draft_order",
        "offices:nomination-take_back",
        "offices:nomination-draft_end",
        "offices:nomination-cancel",
        "offices:assistantreview-add",
        "offices:assistantreview-edit",
        "offices:assistantreview-send",
        "offices:assistantreview-withdraw",
        of=Row("CX"),
    ),
    # the inspector's opinion; the centre enters one given on paper
    **same(
        "offices:nomination-agree",
        "offices:nomination-remark",
        "offices:nomination-disagree",
        "offices:assistantreview-return",
        "offices:assistantreview-note",
        of=Row("IZ"),
    ),
    # --- Staffing and hand-over ---
    **same("offices:staffing-list", "offices:staffing-detail", of=Row("CXISNZ")),
    **same(
        "offices:officehistory-detail",
        "offices:personhistory-detail",
        "offices:posthistory-detail",
        of=Row(DIRECTORY),
    ),
    "offices:retirement-edit": Row(CENTRE),
    # groups and posts are personnel's; whoever sees the directory sees which groups there are
    "offices:group-list": Row(DIRECTORY),
    **same("offices:group-detail", "offices:group-history", of=Row(DIRECTORY)),
    **same("offices:group-add", "offices:post-add", of=Row(CENTRE)),
    **same(
        "offices:group-edit", "offices:group-end", "offices:post-edit", "offices:post-end", of=Row(CENTRE)
    ),
    **same(
        "offices:handover-list",
        "offices:handover-detail",
        "offices:handover-history",
        "offices:handover-sign",
        "offices:handover-superior",
        "offices:handover-withdraw",
        "offices:handover-undo",
        of=Row("OHMACXDZ"),
    ),
    # the leaver himself (the own office's officer), a chief, the centre
    "offices:handover-add": Row("OCXZ", gone="HMAD"),
    # --- Absences: everybody's own; why somebody is away is his, his chief's and personnel's business ---
    **same("offices:absence-list", "offices:absence-office", of=Row(DIRECTORY)),
    **same("offices:absence-add", "offices:absence-mine", of=Row("OHMACXDISNREZ")),
    # who acts meanwhile is an inspector's business, too
    "offices:absence-detail": Row("OMCXISNZ", gone="HADRE"),
    **same(
        "offices:absence-history",
        "offices:absence-edit",
        "offices:absence-cancel",
        of=Row("OMCXZ", gone="HADISNRE"),
    ),
    **same(
        "offices:ending-list", "offices:statutorycard-ending", "offices:placement-ending", of=Row(DIRECTORY)
    ),
    # of an assistant: who looks after the office or inspects it
    "offices:ending-detail": Row("MCXISNZ", gone="OHAD"),
    # --- Learning (the rows are of the own office's officer: himself, his head, chief and the centre) ---
    **same(
        "offices:readiness-list",
        "offices:readiness-try",
        "offices:subjectlevel-list",
        "offices:leveldescriptor-list",
        of=Row(DIRECTORY),
    ),
    "offices:readiness-detail": Row(DIRECTORY),
    **same(
        "offices:learner-mine",
        "offices:learner-list",
        "offices:developmentplan-list",
        "offices:trainingsession-list",
        "offices:trainingcourse-list",
        "offices:attendance-list",
        "offices:stint-list",
        "offices:recordrequest-list",
        of=Row(LEARNERS),
    ),
    # levels of a person: besides, the inspectors of his office
    "offices:learner-detail": Row("OHCXINZ", gone="MADS"),
    "offices:subjectlevel-add": Row("HCXZ", gone="M"),
    **same(
        "offices:assessment-add",
        "offices:developmentplan-add",
        "offices:stint-add",
        "offices:recordrequest-add",
        "offices:developmentplan-detail",
        "offices:developmentplan-history",
        "offices:developmentitem-add",
        "offices:developmentplan-propose",
        "offices:developmentplan-take_back",
        "offices:developmentplan-send_back",
        "offices:developmentplan-approve",
        "offices:developmentplan-start",
        "offices:developmentplan-review",
        "offices:developmentplan-close",
        "offices:developmentplan-amend",
        "offices:developmentplan-reopen",
        "offices:developmentitem-edit",
        "offices:developmentitem-remove",
        "offices:developmentitem-progress",
        "offices:stint-detail",
        "offices:stint-history",
        "offices:stintday-add",
        "offices:stint-agree",
        "offices:stint-cancel",
        "offices:stint-close",
        "offices:stintday-sign",
        "offices:recordrequest-detail",
        "offices:recordrequest-history",
        of=Row("OHCXZ", gone="MADISN"),
    ),
    # the chief certifies, nobody his own; who asked takes it back
    **same(
        "offices:recordrequest-issue",
        "offices:recordrequest-decline",
        of=Row("OHCXZ", gone="MADISN", post="CX"),
    ),
    "offices:recordrequest-withdraw": Row("OHCXZ", gone="MADISN", post="O"),
    # who keeps the training sees who was there
    "offices:attendance-remove": Row("OHMCXZ", gone="ADISN"),
    "offices:stint-order": Row("HCXZ", gone="M"),
    **same("offices:trainingsession-add", "offices:trainingcourse-add", of=Row("MCXZ")),
    **same("offices:attendance-edit", of=Row("MCXZ")),
    **same(
        "offices:trainingsession-detail",
        "offices:trainingsession-history",
        "offices:attendance-add",
        of=Row(LEARNERS),
    ),
    "offices:trainingsession-edit": Row("MCXZ"),
    # --- Factories ---
    **same(
        "factories:factory-list",
        "factories:map-detail",
        "factories:map-export",
        "factories:responsibilityrule-list",
        of=Row(FIGURES),
    ),
    **same(
        "factories:factory-detail",
        "factories:factory-history",
        "factories:responsibilityrule-detail",
        "factories:responsibilitychange-detail",
        of=Row(FIGURES),
    ),
    # whose the factories are: said by the group's own head or assistant, or the chief
    **same(
        "factories:responsibilityrule-add",
        "factories:responsibilityrule-reassign",
        "factories:responsibilityrule-edit",
        "factories:responsibilityrule-end",
        "factories:responsibilitychange-undo",
        of=Row("HACX", far_gone="HMACX"),
    ),
    **same(
        "factories:factory-edit",
        "factories:factory-putback",
        "factories:factorystate-putback",
        "factories:factorycontact-list",
        "factories:factorycontact-add",
        "factories:factorycontact-edit",
        of=Row("OHMAZ"),
    ),
    # --- Reports ---
    **same(
        "reporting:dashboard-detail",
        "reporting:dashboard-export",
        "reporting:figure-list",
        "reporting:package-list",
        "reporting:form-list",
        "reporting:obligedfactory-list",
        "reporting:form-detail",
        "reporting:completeness-list",
        "reporting:obligation-list",
        of=Row(FIGURES),
    ),
    **same("reporting:package-detail", "reporting:submission-detail", of=Row(FIGURES)),
    "reporting:package-add": Row(STAFF),
    "reporting:package-edit": Row(STAFF),
    **same("reporting:compilerun-list", "reporting:compilerun-add", of=Row(CENTRE)),
    "reporting:compilerun-detail": Row(CENTRE, far=CENTRE),
    "reporting:edition-list": Row(PUBLISHED),
    "reporting:edition-add": Row(CENTRE),
    **same(
        "reporting:edition-detail", "reporting:edition-history", "reporting:edition-export", of=Row(PUBLISHED)
    ),
    **same(
        "reporting:reminder-list",
        "reporting:call-list",
        "reporting:reminder-export",
        "reporting:form-export",
        of=Row("OHMAZ"),
    ),
    "reporting:obligation-edit": Row("OHMAZ"),
    "reporting:submission-add": Row("OHMAZ"),
}

# The table an address looks in, where its name does not say it: one for each id in the address.
PERSON, PLAN, STINT = ("offices.Person",), ("offices.DevelopmentPlan",), ("offices.Stint",)
TAKES: dict[str, tuple[str, ...]] = {
    "offices:secondfactorreset-add": PERSON,
    "offices:erasure-add": PERSON,
    "offices:subjectlevel-add": PERSON,
    "offices:assessment-add": PERSON,
    "offices:developmentplan-add": PERSON,
    "offices:stint-add": PERSON,
    "offices:recordrequest-add": PERSON,
    "offices:developmentitem-add": PLAN,
    "offices:attendance-add": ("offices.TrainingSession",),
    "offices:stintday-add": STINT,
    "offices:assistantreview-add": ("offices.Assignment",),
    "offices:absence-office": ("offices.Office",),
    "offices:handover-add": ("offices.Office", "offices.Person"),
    "factories:responsibilityrule-detail": ("offices.Group",),
    "factories:responsibilityrule-add": ("offices.Group",),
    "factories:responsibilityrule-reassign": ("offices.Group", "rule's person"),
    "factories:factorycontact-list": ("factories.Factory",),
    "factories:factorycontact-add": ("factories.Factory",),
    "factories:factorystate-putback": ("factories.Factory",),
    "reporting:submission-add": ("factories.Factory",),
}
# What the first part of a name is called as a table, where it is called otherwise.
TABLES = {
    "offices:order": "offices.AppointmentOrder",
    "offices:orderline": "offices.OrderProposal",
    "offices:private": "offices.Person",
    "offices:learner": "offices.Person",
    "offices:readiness": "offices.Office",
    "offices:opening": "offices.Office",
    "offices:assistant": "offices.Assignment",
    "offices:ending": "offices.Assignment",
    "offices:staffing": "offices.Office",
    "offices:officehistory": "offices.Office",
    "offices:personhistory": "offices.Person",
    "offices:posthistory": "offices.Post",
    "offices:retirement": "offices.Person",
    "intake:batch": "portal.Batch",
    "intake:mapping": "portal.ColumnMapping",
    "reporting:package": "reporting.OfficePackage",
}
# Values of parameters that are no ids: of one address, and of all.
GIVEN: dict[str, dict[str, Any]] = {
    "portal:fact-detail": {"code": "offices.assistant_enabled"},
    "portal:fact-add": {"code": "offices.assistant_enabled"},
    "offices:orderproposal-act": {"act": "propose"},
    "offices:orderline-add": {"kind": "DUTY"},
    "offices:inspectionchange-add": {"kind": "group"},
    "offices:inspectionchange-act": {"act": "confirm"},
    "offices:private-mine-reveal": {"field": "address"},
    "offices:seal-print": {"seq": 1},
}
VALUES: dict[str, Any] = {
    "code": "PROD-M",
    "view_name": "factories:factory-list",
    "period": date(2026, 10, 1),
    "act": "certify",
    "kind": "xlsx",
    "nth": 1,
    "field": "address",
    "seq": 1,
}


def takes(name: str) -> tuple[str, ...]:
    """The tables whose rows the ids of an address name: as said above, or as its name says."""
    if name in TAKES:
        return TAKES[name]
    room = name.rpartition("-")[0]
    while room:
        if room in TABLES:
            return (TABLES[room],)
        app, _colon, model = room.partition(":")
        for found in apps.get_models():
            if found._meta.app_label == app and found._meta.model_name == model:
                return (found._meta.label,)
        room = room.rpartition("-")[0]
    return ()
