"""Workflows as pages of the documentation: drawn from the same data that the engine obeys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from offices.models import AssignmentKind
from offices.orders.powers import power_of
from offices.workflow import Transition, Workflow, workflows

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "workflows"


def pages() -> dict[Path, str]:
    """File and text of every registered workflow's page."""
    return {FOLDER / f"{workflow.case_type}.md": page(workflow) for workflow in workflows()}


def page(workflow: Workflow) -> str:
    """The page of one workflow: diagram, states, acts."""
    return "\n".join(
        [
            f"# {workflow.name_th} ({workflow.name_en})",
            "",
            f"`{workflow.case_type}` – drawn by `manage.py workflow_diagrams`; do not edit.",
            "",
            "```mermaid",
            *_diagram(workflow),
            "```",
            "",
            *_states(workflow),
            "",
            *_acts(workflow),
            "",
        ]
    )


def _diagram(workflow: Workflow) -> Iterator[str]:
    yield "stateDiagram-v2"
    for state in workflow.states:
        yield f'    state "{workflow.word(state).th}" as {state}'
    for state in (workflow.initial, *workflow.starts):
        yield f"    [*] --> {state}"
    for transition in workflow.transitions:
        for source in transition.sources:
            yield f"    {source} --> {transition.target}: {transition.label}"
    for state in workflow.final:
        yield f"    {state} --> [*]"


def _states(workflow: Workflow) -> Iterator[str]:
    yield "| สถานะ | State | ความหมาย | ผู้ดำเนินการต่อ |"
    yield "|---|---|---|---|"
    for state in workflow.states:
        word = workflow.word(state)
        yield f"| {word.th} (`{state}`) | {word.en} | {word.meaning} | {word.next_actor or '–'} |"


def _acts(workflow: Workflow) -> Iterator[str]:
    yield "| การดำเนินการ | จาก | ไป | ผู้มีอำนาจ | เหตุผล | ต้องเป็นคนละคนกับผู้ที่ได้ |"
    yield "|---|---|---|---|---|---|"
    for transition in workflow.transitions:
        sources = ", ".join(workflow.word(source).th for source in transition.sources)
        others = ", ".join(workflow.label_of(name) for name in transition.distinct_from)
        yield (
            f"| {transition.label} (`{transition.name}`) | {sources} | {workflow.word(transition.target).th} "
            f"| {_who(transition)} | {'ต้องระบุ' if transition.needs_reason else '–'} | {others or '–'} |"
        )


def _who(transition: Transition) -> str:
    kinds = [str(AssignmentKind(kind).label) for kind in transition.roles or transition.capacities]
    names = (" และ " if transition.capacities else " หรือ ").join(kinds)
    if transition.power:
        names += f" หรือ ผู้ได้รับมอบอำนาจ “{power_of(transition.power).label}”"
    return f"{names} (ทุกกลุ่ม)" if transition.any_group else names
