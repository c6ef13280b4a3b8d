"""Issuing and revoking the keys with which machines use the API; a key's secret is told once and never kept."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.errors import Refused
from core.models import ApiKey, Organisation, User
from core.roles import Can, Role

ISSUED = audit.verb("core.key.issued", gettext_noop("issued key %(target)s"), audience=audit.Audience.ISSUER)
REVOKED = audit.verb("core.key.revoked", gettext_noop("revoked key %(target)s"), audience=audit.Audience.ISSUER)


@transaction.atomic
def issue_key(organisation: Organisation, *, name: str, role: Role, actor: Actor) -> tuple[ApiKey, str]:
    """Return a new key of the organisation and its secret, which cannot be read again.

    Raises:
        NotPermitted: the actor does not manage senders.
        Refused: the key has no name.
    """
    require(actor, Can.MANAGE_SENDERS, organisation)
    if not name.strip():
        raise Refused(_("Name the key after the machine that will use it."))
    prefix, secret = ApiKey.new_secret()
    key = ApiKey.objects.create(
        organisation=organisation, name=name.strip()[:100], role=role, prefix=prefix,
        digest=ApiKey.digest_of(secret), created_by=actor if isinstance(actor, User) else None,
    )
    audit.record(ISSUED, target=key, actor=actor, data={"role": role})
    return key, secret


@transaction.atomic
def revoke_key(key: ApiKey, *, actor: Actor) -> ApiKey:
    """Make the key useless from now on; revoking twice changes nothing.

    Raises:
        NotPermitted: the actor does not manage senders.
    """
    row = ApiKey.objects.select_for_update(no_key=True).get(pk=key.pk)
    require(actor, Can.MANAGE_SENDERS, row)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        audit.record(REVOKED, target=row, actor=actor)
    return row
