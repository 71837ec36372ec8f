"""A process that stands up again when it is killed: ``python -m tests.faults.process ROLE FOLDER``.

What is killed is a fork of one that has everything imported, so that a kill costs a moment and not
seconds. ``web`` does what pages do (see ``driver``); ``worker…`` is a real Celery worker of one
process, ``pool`` one with a pool of two and a queue of its own. The number of the living one stands
in FOLDER/ROLE.pid.
"""

import os
import signal
import sys
from pathlib import Path

import django

from portal.run.child import die_with_parent


def main(role: str, folder: Path) -> None:
    django.setup()
    from portal.celery import app
    from tests.faults import driver, kinds  # noqa: F401  (registers its jobs)
    from tests.faults.points import install

    app.loader.import_default_modules()
    install(folder)
    while True:
        pid = os.fork()
        if pid == 0:
            die_with_parent(signal.SIGKILL)()
            if role == "web":
                driver.serve()
            else:
                # One process: kill -9 takes the worker and its task together, as a crash does.
                shape = ["--concurrency=2", "-Q", "pool"] if role == "pool" else ["--pool=solo"]
                quiet = ["--loglevel=WARNING", "--without-gossip", "--without-mingle"]
                app.worker_main(["worker", *shape, *quiet, "-n", f"{role}@here"])
            os._exit(0)
        written = folder / f"{role}.new"
        written.write_text(str(pid))
        written.rename(folder / f"{role}.pid")
        _pid, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))
        if role == "web":
            driver.answer({"died": True})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
