"""Signing the cast in: accounts with password and second factor, and keys for machines, in files only the owner reads.

Secrets are random the first time and kept: a new database gets the same ones from the files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings

from core.models import ApiKey, Membership, Organisation, User
from core.roles import Role
from reports.demo.cast import AUTHORITY_DOMAIN, CAST, Person, new_password
from reports.demo.world import IssuerPlan

JOINED = date(2025, 8, 1)


def cast_file() -> Path:
    """Return where the sign-ins are kept; it exists once the world is complete."""
    return Path(settings.VAR) / "demo" / "cast.json"


def unfinished_cast_file() -> Path:
    """Return where the sign-ins are kept while the world is still being made."""
    return cast_file().with_name("cast.unfinished.json")


def keys_file() -> Path:
    """Return where the keys of machines are kept."""
    return cast_file().with_name("keys.json")


def write_private(path: Path, data: Any) -> None:
    """Write JSON that nobody but the owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
    fresh.replace(path)


def _kept(*paths: Path) -> dict[str, dict[str, str]]:
    """Return entries by name from the first of the files that exists."""
    for path in paths:
        if path.exists():
            return {entry["name"]: entry for entry in json.loads(path.read_text())}
    return {}


def create_cast(
    authority: Organisation, issuers: Sequence[tuple[IssuerPlan, Organisation]], *, with_invited: bool = True
) -> dict[str, User]:
    """Create every member of the cast whose organisation is there; return them by name.

    The invited come in later; what they will sign in with is kept from now on.
    """
    kept, people, entries = _kept(cast_file(), unfinished_cast_file()), {}, []
    for person in CAST:
        if person.invited or (person.issuer is not None and person.issuer >= len(issuers)):
            continue
        plan, organisation = (None, authority) if person.issuer is None else issuers[person.issuer]
        entry = _sign_in(person, person.domain or (plan.domain if plan else AUTHORITY_DOMAIN), kept)
        user = User.objects.create_user(entry["email"], person.full_name, entry["password"], language=person.language)
        Membership.objects.create(user=user, organisation=organisation, role=person.role, since=JOINED)
        set_second_factor(user, entry["totp_secret"])
        people[person.name] = user
        entries.append(entry)
    entries += [_sign_in(person, person.domain, kept) for person in CAST if person.invited and with_invited]
    write_private(unfinished_cast_file(), entries)
    return people


def _sign_in(person: Person, domain: str, kept: dict[str, dict[str, str]]) -> dict[str, str]:
    standing = kept.get(person.name, {})
    return {
        "name": person.name, "email": f"{person.name}@{domain}",
        "password": standing.get("password") or new_password(),
        "totp_secret": standing.get("totp_secret") or generate_totp_secret(),
        "role": person.title, "lands_on": person.lands_on,
    }


def sign_in_of(name: str) -> dict[str, str]:
    """Return what a member of the cast signs in with while the world is being made."""
    return _kept(unfinished_cast_file())[name]


def set_second_factor(user: User, secret: str) -> None:
    """Give an account its second factor and recovery codes."""
    TOTP.activate(user, secret)
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).exists():
        RecoveryCodes.activate(user)


def create_keys(authority: Organisation, issuers: Sequence[Organisation]) -> None:
    """Give each issuer a key that sends its files, and the officers one that reads and works."""
    kept, entries = _kept(keys_file()), []
    wanted = [(f"{issuer.slug} feeds", issuer, Role.FEED_SENDER) for issuer in issuers]
    wanted.append(("officers", authority, Role.CASE_OFFICER))
    for name, organisation, role in wanted:
        secret = kept.get(name, {}).get("key")
        prefix, fresh = (secret.partition(".")[0], secret) if secret else ApiKey.new_secret()
        ApiKey.objects.create(
            organisation=organisation, name=name, role=role, prefix=prefix, digest=ApiKey.digest_of(fresh)
        )
        entries.append({"name": name, "organisation": organisation.name_en, "role": role.value, "key": fresh})
    write_private(keys_file(), entries)
