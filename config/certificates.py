"""The certificates that a demonstration signs its documents with: made by ``make setup`` where there are none yet."""

import sys

from config import embedded
from core import clock

PLACE = embedded.VAR / "demo" / "certificates"


def make() -> bool:
    """Make them unless they are there; return whether any was made. ``make demo`` renews what is about to end."""
    if (PLACE / "signing.pem").exists():
        return False
    from reports.demo.certificates import make_certificates  # large, and mostly there is nothing to make

    return make_certificates(PLACE, now=clock.now())


if __name__ == "__main__":
    if make():
        print(f"Made the certificates of the demonstration in {PLACE}.")
    sys.exit(0)
