"""What the platform writes to people who have told the authority that they intend to apply."""

from __future__ import annotations

from dataclasses import dataclass

from core.outbox import Notice


@dataclass(frozen=True)
class ContactReceived(Notice):
    """A first contact was received; nothing that the sender typed is repeated, since anybody may name an address."""

    reference: str
    answer_days: int
