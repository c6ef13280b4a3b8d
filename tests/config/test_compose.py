"""docker-compose.yml: its shape, and that each service of ours starts with its command and passes its health check."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from config import embedded
from tests.servers import free_port, listens, wait_until

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "mail")


def test_six_services_are_restarted_and_watched():
    assert set(SERVICES) == {"db", "redis", *OURS}
    for name, service in SERVICES.items():
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert {"interval", "timeout", "retries"} <= service["healthcheck"].keys(), name


def test_what_must_survive_a_container_is_on_a_named_volume():
    mounts = {name: [mount.split(":") for mount in service["volumes"]] for name, service in SERVICES.items()}
    assert {source for lists in mounts.values() for source, _ in lists} == set(COMPOSE["volumes"])
    assert mounts["db"] == [["database", "/var/lib/postgresql"]]
    for name in OURS:
        assert mounts[name] == [["files", "/app/var"]]


def test_nobody_starts_before_what_it_needs():
    needs = {name: set(SERVICES[name].get("depends_on", {})) for name in OURS}
    assert needs == {"web": {"db", "redis"}, "worker": {"web", "redis"}, "beat": {"web", "redis"}, "mail": set()}
    conditions = {need["condition"] for name in OURS for need in SERVICES[name].get("depends_on", {}).values()}
    assert conditions == {"service_healthy"}


def test_databases_listen_to_containers_only_and_ours_to_this_host_only():
    assert "ports" not in SERVICES["db"]
    assert "ports" not in SERVICES["redis"]
    for name in OURS:
        assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", [])), name


def test_every_variable_that_compose_asks_for_is_in_the_example():
    example = {
        line.split("=")[0].lstrip("# ") for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line
    }
    asked = {part.split("}")[0].split(":")[0] for part in (ROOT / "docker-compose.yml").read_text().split("${")[1:]}
    assert asked - example == set()


def test_the_image_runs_as_nobody_special_and_has_the_libraries_that_set_up_asks_for():
    lines = (ROOT / "Dockerfile").read_text()
    final = lines.split("\nFROM ")[-1]
    assert "\nUSER assay\n" in final
    from config.system_packages import LIBRARIES

    assert [package for package in LIBRARIES.values() if package not in final] == []


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Servers and files of their own, as the containers have: the environment that compose would give."""
    var = tmp_path_factory.mktemp("compose")
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"ASSAY_VAR": str(var), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "config.embedded"]
    subprocess.run([*command, "start"], cwd=ROOT, env=environment, check=True, capture_output=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "VAR", var)
        addresses = {"DATABASE_URL": embedded.database_url(), "REDIS_URL": embedded.redis_url()}
    ports = {name: str(free_port()) for name in ("ASSAY_WEB_PORT", "ASSAY_MAIL_PORT", "ASSAY_SMTP_PORT")}
    example = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text().splitlines()
        if "=" in line and line[0] != "#"
    )
    secrets = {"SECRET_KEY": "k" * 60, "POSTGRES_PASSWORD": "p"}
    yield environment | example | secrets | addresses | ports
    subprocess.run([*command, "stop"], cwd=ROOT, env=environment, check=True, capture_output=True)


def environment_of(name, place):
    """What compose would pass; addresses and ports are this machine's instead of the containers'."""
    return place | {key: value for key, value in SERVICES[name]["environment"].items() if key not in place}


def healthy(names, place):
    """Which of the services pass their health check now; all are asked at once."""
    asked = {
        name: subprocess.Popen(
            SERVICES[name]["healthcheck"]["test"][1:],
            cwd=ROOT, env=environment_of(name, place), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for name in names
    }
    return {name for name, check in asked.items() if check.wait(60) == 0}


@pytest.mark.processes
def test_each_service_starts_with_its_command_and_then_passes_its_health_check(place, tmp_path):
    assert healthy(OURS, place) == set()
    services = {}

    def start(names):
        for name in names:
            with (tmp_path / name).open("wb") as out:
                services[name] = subprocess.Popen(
                    SERVICES[name]["command"],
                    cwd=ROOT, env=environment_of(name, place), stdout=out, stderr=out, start_new_session=True,
                )

    def all_run():
        for name, service in services.items():
            assert service.poll() is None, (tmp_path / name).read_text()
        return True

    def wait_for_health(names):
        waiting, deadline = set(names), time.monotonic() + 90
        while waiting := waiting - healthy(waiting, place):
            assert all_run()
            assert time.monotonic() < deadline, {name: (tmp_path / name).read_text() for name in waiting}
            time.sleep(1)  # what asks takes the processor from what starts

    try:
        start(("web", "mail"))
        port = int(place["ASSAY_WEB_PORT"])
        wait_until(lambda: all_run() and listens(port), seconds=90, what="the web server's start")
        wait_for_health(("web", "mail"))
        start(("worker", "beat"))  # as compose does: once the web is healthy
        wait_for_health(("worker", "beat"))
    finally:
        for service in services.values():
            if service.poll() is None:
                os.killpg(service.pid, signal.SIGTERM)
        for service in services.values():
            service.wait(30)
    ends = {name: service.returncode for name, service in services.items()}
    assert ends == dict.fromkeys(OURS, 0)


def test_the_services_agree_on_the_broker_and_listen_for_each_other():
    assert {SERVICES[name]["environment"]["REDIS_URL"] for name in OURS} == {"redis://redis:6379"}
    assert SERVICES["mail"]["environment"]["ASSAY_MAIL_HOST"] == "0.0.0.0"
