"""Set-up on machines that lack one thing or another, told apart by a make-believe machine."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from portal.run import bootstrap


class Machine:
    """Answers for every program that set-up would run; notes what was run."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, root: Path, *, works: set[str], root_user: bool = False
    ):
        self.works = works
        self.ran: list[list[str]] = []
        monkeypatch.setattr(bootstrap, "ROOT", root)
        monkeypatch.setattr(bootstrap, "VENV", root / ".venv")
        monkeypatch.setattr(bootstrap, "TOOLS", root / ".data" / "tools")
        monkeypatch.setattr(bootstrap, "VENDOR", root / "static" / "vendor")
        monkeypatch.setattr(bootstrap.Path, "home", lambda: root / "home")
        monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name if name in works else None)
        monkeypatch.setattr(bootstrap.os, "getuid", lambda: 0 if root_user else 1000)
        monkeypatch.setattr(bootstrap.subprocess, "run", self.run)
        for lock in (
            "requirements.lock",
            "requirements-dev.lock",
            "requirements-uv.lock",
            "package-lock.json",
        ):
            (root / lock).write_text(lock)

    def run(self, command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        self.ran.append(command)
        text = " ".join(command)
        known = {
            "uv": command[0].rsplit("/", 1)[-1] == "uv" and ("uv" in self.works or len(command) > 2),
            "pip": "-m pip" in text,
            "venv": "-m venv" in text,
            "python3-venv": command[0] == "apt-get" and "python3-venv" in command,
            "npm": command[0].endswith("npm"),
            "apt": command[0] == "apt-get",
        }
        good = any(name in self.works and matches for name, matches in known.items())
        if command[0] == "apt-get" and "python3-venv" in command and good:
            self.works.add("venv")
        return subprocess.CompletedProcess(command, 0 if good else 1, "", "E: no")

    def said_run(self, part: str) -> bool:
        return any(part in " ".join(command) for command in self.ran)


def test_uv_is_taken_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine = Machine(monkeypatch, tmp_path, works={"uv"})
    assert bootstrap.find_uv() == "uv"
    assert not machine.said_run("pip")


def test_uv_comes_by_pip_with_hashes_into_a_folder_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine = Machine(monkeypatch, tmp_path, works={"pip"})
    assert bootstrap.find_uv() == str(tmp_path / ".data/tools/bin/uv")
    assert machine.said_run(f"--require-hashes -r {tmp_path}/requirements-uv.lock --target")


def test_uv_comes_by_venv_then_by_apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine = Machine(monkeypatch, tmp_path, works={"apt-get", "python3-venv"}, root_user=True)
    run = machine.run

    def pip_in_venv_only(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        done = run(command, **options)
        return (
            subprocess.CompletedProcess(command, 0, "", "") if "tools/venv/bin/python" in command[0] else done
        )

    monkeypatch.setattr(bootstrap.subprocess, "run", pip_in_venv_only)
    assert bootstrap.find_uv() == str(tmp_path / ".data/tools/venv/bin/uv")
    assert machine.said_run("apt-get install -y -q --no-install-recommends python3-venv")


def test_without_any_way_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine = Machine(monkeypatch, tmp_path, works=set())
    with pytest.raises(bootstrap.SetupError, match="install the package python3-venv"):
        bootstrap.find_uv()
    assert not machine.said_run("apt-get")


def test_an_unchanged_lock_is_skipped_and_the_development_tools_stay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine = Machine(monkeypatch, tmp_path, works={"uv"})
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").touch()
    bootstrap.environment(dev=True)
    assert machine.said_run("pip sync -q --require-hashes")

    machine.ran.clear()
    bootstrap.environment(dev=False)
    assert machine.ran == []

    (tmp_path / "requirements-dev.lock").write_text("changed")
    bootstrap.environment(dev=False)
    assert machine.said_run("requirements-dev.lock")


def test_a_failed_installation_is_not_taken_for_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine = Machine(monkeypatch, tmp_path, works={"uv"})
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / bootstrap.STAMP).write_text("of an older lock")
    run = machine.run

    def no_network(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        done = run(command, **options)
        return subprocess.CompletedProcess(command, 1, "", "") if "sync" in command else done

    monkeypatch.setattr(bootstrap.subprocess, "run", no_network)
    with pytest.raises(bootstrap.SetupError, match="could not be installed"):
        bootstrap.environment(dev=False)
    assert not (tmp_path / ".venv" / bootstrap.STAMP).exists()


def test_front_end_files_are_copied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine = Machine(monkeypatch, tmp_path, works={"npm"})
    for source in bootstrap.FRONT_END:
        file = tmp_path / "node_modules" / source
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("file")
    bootstrap.front_end()
    assert machine.said_run("ci --ignore-scripts")
    vendor = tmp_path / "static/vendor"
    assert (vendor / "sarabun/Sarabun_700Bold.ttf").read_text() == "file"
    machine.ran.clear()
    bootstrap.front_end()
    assert machine.ran == []


def test_without_npm_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Machine(monkeypatch, tmp_path, works=set())
    with pytest.raises(bootstrap.SetupError, match="npm"):
        bootstrap.front_end()


def test_missing_system_packages_are_named_and_never_fatal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(monkeypatch, tmp_path, works=set())
    monkeypatch.setattr(bootstrap, "PDF_LIBRARIES", {"libabsent-9.so": "libabsent9"})
    bootstrap.system_packages(dev=True)
    said = capsys.readouterr().out
    assert "PDFs need these system packages: libabsent9." in said
    assert "As root: apt-get install chromium-headless-shell poppler-utils" in said
    assert not machine.said_run("apt-get")

    machine = Machine(monkeypatch, tmp_path, works={"apt-get", "apt"}, root_user=True)
    bootstrap.system_packages(dev=False)
    assert machine.said_run("libabsent9")
    assert "could not be installed" not in capsys.readouterr().out


def test_apt_tries_again_after_an_update_and_tells_why_it_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(monkeypatch, tmp_path, works={"apt-get"}, root_user=True)
    assert not bootstrap.apt_install(["chromium"])
    assert [command[1] for command in machine.ran] == ["install", "update", "install"]
    assert "E: no" in capsys.readouterr().out


def test_main_becomes_what_was_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    for step in ("environment", "front_end", "translations", "system_packages"):
        monkeypatch.setattr(bootstrap, step, lambda **options: None)
    monkeypatch.setattr(bootstrap.os, "chdir", lambda path: None)
    monkeypatch.setattr(bootstrap.os, "execv", lambda path, arguments: became.append(arguments[1:]))
    bootstrap.main(["demo"])
    bootstrap.main(["install"])
    bootstrap.main(["dev", "-m", "pytest"])
    assert became == [["-m", "portal.run"], ["-m", "pytest"]]


def test_an_old_python_hands_over_to_a_newer_one_or_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class HandedOver(Exception):
        pass

    def execv(path: str, arguments: list[str]) -> None:
        raise HandedOver(path)

    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9))
    monkeypatch.setattr(bootstrap.os, "execv", execv)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name if name == "python3.11" else None)
    with pytest.raises(HandedOver, match=r"python3\.11"):
        bootstrap.main(["demo"])
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.SetupError, match=r"Python 3\.11 or newer"):
        bootstrap.main(["demo"])


def test_set_up_needs_the_standard_library_only() -> None:
    source = Path(bootstrap.__file__).read_text(encoding="utf-8")
    imported = set()
    for node in ast.walk(ast.parse(source, feature_version=(3, 7))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported <= sys.stdlib_module_names
