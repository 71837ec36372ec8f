"""The docs are what the engine obeys."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from offices import diagrams
from offices.workflow import workflows
from tests.offices.flow import FLOW


def test_docs_are_current():
    stale = [
        workflow.case_type
        for workflow in workflows()
        if not workflow.case_type.startswith("tests.")
        and (diagrams.FOLDER / f"{workflow.case_type}.md").read_text("utf-8") != diagrams.page(workflow)
    ]
    assert stale == [], "run manage.py workflow_diagrams"


def test_docs_of_nothing_are_gone():
    known = {f"{workflow.case_type}.md" for workflow in workflows()}
    assert {path.name for path in diagrams.FOLDER.glob("*.md")} <= known


def test_a_page_shows_every_act_and_state():
    text = diagrams.page(FLOW)
    for transition in FLOW.transitions:
        for source in transition.sources:
            assert f"    {source} --> {transition.target}: {transition.label}" in text
    assert "[*] --> collecting" in text and "[*] --> returned" in text and "certified --> [*]" in text
    assert "หัวหน้ากลุ่ม และ ผู้ช่วยอุตสาหกรรมจังหวัด" in text and "อุตสาหกรรมจังหวัด หรือ รักษาราชการแทน" in text
    assert "หัวหน้ากลุ่ม (ทุกกลุ่ม)" in text
    assert all(FLOW.word(state).meaning in text for state in FLOW.states)


def test_the_command_writes_and_checks(tmp_path, monkeypatch):
    path = tmp_path / "workflows" / "x.md"
    monkeypatch.setattr("offices.management.commands.workflow_diagrams.pages", lambda: {path: "one\n"})
    with pytest.raises(CommandError, match=r"x\.md"):
        call_command("workflow_diagrams", "--check")
    said = StringIO()
    call_command("workflow_diagrams", stdout=said)
    assert path.read_text() == "one\n" and "x.md" in said.getvalue()
    call_command("workflow_diagrams", "--check")
