"""What is mailed about invitations: the link to whom it lets in, and word to those who may agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from core import outbox
from core.models import Organisation


@dataclass(frozen=True)
class Invited(outbox.Notice):
    """The one link by which the invited person comes in, to the address that was approved."""

    lets_in: ClassVar[bool] = True

    name: str
    organisation: Organisation
    secret: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class InvitationWaits(outbox.Notice):
    """An invitation waits for approval, to those who may give it."""

    name: str
    organisation: Organisation
    invited_by: str
