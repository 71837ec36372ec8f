"""A small workflow with every feature of the engine; its states borrow the package's words."""

from offices.workflow import Transition, Workflow, register_workflow, sync_workflows

EFFECTS: list[tuple[int, str]] = []
REFUSE: list[str] = []


def _guard(case, actor, data):
    return list(REFUSE)


def _effect(case, actor, event):
    EFFECTS.append((case.pk, event.role))


FLOW = Workflow(
    case_type="tests.matter",
    name_th="เรื่องทดสอบ",
    name_en="Test matter",
    words="package",
    states=("collecting", "group_review", "screening", "with_chief", "certified", "returned"),
    initial="collecting",
    final=("certified",),
    starts=("returned",),
    transitions=(
        Transition("note", "บันทึก", ("collecting",), "collecting", roles=("OFFICER", "GROUP_HEAD")),
        Transition(
            "submit", "เสนอ", ("collecting", "returned"), "group_review", roles=("OFFICER", "GROUP_HEAD")
        ),
        Transition(
            "endorse",
            "สอบทาน",
            ("group_review",),
            "screening",
            roles=("GROUP_HEAD",),
            distinct_from=("submit",),
        ),
        Transition(
            "endorse_and_screen",
            "สอบทานและกลั่นกรอง",
            ("group_review",),
            "with_chief",
            capacities=("GROUP_HEAD", "ASSISTANT"),
            distinct_from=("submit",),
            effect=_effect,
        ),
        Transition(
            "screen",
            "กลั่นกรอง",
            ("screening",),
            "with_chief",
            roles=("ASSISTANT",),
            distinct_from=("submit", "endorse"),
        ),
        Transition(
            "certify",
            "รับรอง",
            ("with_chief",),
            "certified",
            roles=("CHIEF", "ACTING_CHIEF"),
            distinct_from=("submit", "endorse", "screen", "endorse_and_screen"),
            guard=_guard,
            effect=_effect,
        ),
        Transition(
            "send_back",
            "ส่งกลับ",
            ("group_review", "screening", "with_chief"),
            "returned",
            roles=("GROUP_HEAD", "ASSISTANT", "CHIEF", "ACTING_CHIEF"),
            needs_reason=True,
        ),
        Transition(
            "comment", "ให้ข้อคิดเห็น", ("screening",), "screening", roles=("GROUP_HEAD",), any_group=True
        ),
        Transition("restart", "เริ่มรอบใหม่", ("returned",), "collecting", roles=("OFFICER", "GROUP_HEAD")),
        Transition("reopen", "เปิดแก้ไข", ("certified",), "returned", roles=("CHIEF",), needs_reason=True),
    ),
)


def ready() -> Workflow:
    """Registered, with its rows."""
    register_workflow(FLOW)
    sync_workflows()
    return FLOW
