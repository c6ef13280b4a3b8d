"""A chain of one's own for tests: a real node, contracts compiled for it, and a second endpoint that can lie."""

from __future__ import annotations

import hashlib
import http.client
import json
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from config import embedded
from reserves.chain.words import selector
from tests.servers import free_port, wait_until

ROOT = Path(__file__).resolve().parents[3]
CONTRACTS = ROOT / "tests" / "contracts"
MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
GENESIS = datetime.fromisoformat("2026-11-18T00:00:00+08:00")
CHAIN = 31337


def program() -> Path:
    """Return the node's program, which npm installs for this kind of machine."""
    kind = f"anvil-{sys.platform}-{MACHINES.get(platform.machine().lower(), platform.machine())}"
    found = ROOT / "node_modules" / "@foundry-rs" / kind / "bin" / "anvil"
    if not found.exists():
        pytest.skip("the chain node is not installed: run python -m config.assets tests")
    return found


def bytecode() -> str:
    """Return the compiled contract; compiling takes seconds, so it is kept beside the other caches."""
    source, compiler = CONTRACTS / "TestCoin.sol", CONTRACTS / "compile.js"
    lock = ROOT / "package-lock.json"
    digest = hashlib.sha256(source.read_bytes() + compiler.read_bytes() + lock.read_bytes()).hexdigest()
    kept = embedded.VAR / "cache" / "contracts" / f"{digest}.hex"
    if not kept.exists():
        made = subprocess.run(["node", compiler, source, "TestCoin"], capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(made.stdout)
    return kept.read_text()


class Node:
    """A running node whose time is set by the test."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process = subprocess.Popen([
            program(), "--port", str(self.port), "--chain-id", str(CHAIN), "--silent", "--slots-in-an-epoch", "1",
            "--timestamp", str(int(GENESIS.timestamp())), "--no-mining",
        ])
        wait_until(self._answers, what="the chain node")
        self.accounts: list[str] = self.rpc("eth_accounts")
        self.code = bytecode()

    def _answers(self) -> bool:
        try:
            return bool(self.rpc("eth_chainId"))
        except OSError:
            return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def rpc(self, method: str, *params: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}),
                           {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["result"]

    def mine(self, moment: str | None = None, blocks: int = 1) -> None:
        """Make blocks; the first one at the Hong Kong time that is given."""
        if moment:
            at = datetime.fromisoformat(f"{moment}+08:00")
            self.rpc("evm_setNextBlockTimestamp", int(at.timestamp()))
        for _ in range(blocks):
            self.rpc("evm_mine")

    def head(self) -> int:
        return int(self.rpc("eth_blockNumber"), 16)

    def submit(self, **transaction: str) -> dict[str, Any]:
        """Put a transaction into a block of its own and return its receipt."""
        digest = self.rpc("eth_sendTransaction", {"from": self.accounts[0], "gas": hex(3_000_000), **transaction})
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            self.rpc("evm_mine")
            if receipt := self.rpc("eth_getTransactionReceipt", digest):
                assert receipt["status"] == "0x1", receipt
                return receipt
        raise AssertionError("the transaction was not mined")


class TokenContract:
    """A token contract on the node."""

    def __init__(self, node: Node, *, decimals: int = 6, initial: int = 0) -> None:
        self.node, self.unit = node, 10**decimals
        made = node.submit(data=f"0x{node.code}{decimals:064x}{initial * self.unit:064x}")
        self.address: str = made["contractAddress"]

    def send(self, signature: str, *arguments: int | str, sender: int = 0) -> dict[str, Any]:
        words = "".join(f"{each:064x}" if isinstance(each, int) else each[2:].rjust(64, "0") for each in arguments)
        return self.node.submit(to=self.address, data=selector(signature) + words,
                                **{"from": self.node.accounts[sender]})

    def mint(self, to: int, coins: int) -> dict[str, Any]:
        return self.send("mint(address,uint256)", self.node.accounts[to], coins * self.unit)

    def burn(self, by: int, coins: int) -> dict[str, Any]:
        return self.send("burn(uint256)", coins * self.unit, sender=by)


Twist = Callable[[dict[str, Any], Any], Any]


class Liar:
    """An endpoint that passes questions on to the node, and twists what comes back if it is told to.

    ``twist(question, result)`` returns the result to give; ``respond(handler, body)`` answers in its own way.
    """

    def __init__(self, node: Node) -> None:
        self.node = node
        self.twist: Twist = lambda question, result: result
        self.respond: Callable[[BaseHTTPRequestHandler, bytes], None] | None = None
        self.asked: list[str] = []
        liar = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if liar.respond is not None:
                    liar.respond(self, body)
                else:
                    self.reply(200, json.dumps(liar.passed_on(json.loads(body))).encode())

            def reply(self, status: int, body: bytes, **headers: str) -> None:
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def passed_on(self, asked: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.node.port, timeout=10)
        connection.request("POST", "/", json.dumps(asked), {"Content-Type": "application/json"})
        answered = json.loads(connection.getresponse().read())
        connection.close()
        if isinstance(asked, dict):
            return self._twisted(asked, answered)
        by_id = {answer["id"]: answer for answer in answered}
        return [self._twisted(each, by_id[each["id"]]) for each in asked]

    def _twisted(self, question: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(question["method"])
        if "result" not in answer:
            return answer
        result = self.twist(question, answer["result"])
        if isinstance(result, Exception):
            return {"jsonrpc": "2.0", "id": question["id"], "error": {"code": -32005, "message": str(result)}}
        return answer | {"result": result}
