"""The mail server of the rehearsal, a process that is killed: what it accepts stands in a file before it says so."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Log:
    """Writes one line of JSON per accepted mail and recipient, on disk before the server answers."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        clock = Path(os.environ["ASSAY_CLOCK_FILE"]).read_text()
        with self.path.open("a") as out:
            for address in envelope.rcpt_tos:
                line = {"id": mail["Message-ID"], "to": address, "subject": mail["Subject"], "at": clock}
                out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())
        return "250 accepted"


def main() -> None:
    port, path = int(sys.argv[1]), Path(sys.argv[2])
    controller = Controller(Log(path), hostname="127.0.0.1", port=port)
    controller.start()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()
    controller.stop()


if __name__ == "__main__":
    main()
