"""The people every test is played with, the organisations they belong to, and a browserless way to be them."""

from __future__ import annotations

import time
from datetime import date

import pytest
from allauth.account.internal.flows import login
from allauth.mfa.models import Authenticator
from django.test import Client

from core.access import SYSTEM
from core.models import ApiKey, Membership, Organisation, User
from core.roles import Role
from issuers.services.coins import create_coin
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence

PASSWORD = "correct horse battery staple"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"
CAST = {
    # name: (full name, organisation fixture, role)
    "ann": ("Ann Lau", "issuer", Role.COMPLIANCE_OFFICER),
    "amy": ("Amy Poon", "issuer", Role.ISSUER_ADMINISTRATOR),
    "eli": ("Eli Wu", "issuer", Role.AUDITOR),
    "ian": ("Ian Mok", "rival", Role.COMPLIANCE_OFFICER),
    "bo": ("Bo Chan", "authority", Role.CASE_OFFICER),
    "ben": ("Ben Ho", "authority", Role.CASE_OFFICER),
    "cy": ("Cy Leung", "authority", Role.HEAD_OF_LICENSING),
    "dee": ("Dee Ng", "authority", Role.AML_ANALYST),
    "dan": ("Dan Yip", "authority", Role.AML_ANALYST),
    "ops": ("Ops Fung", "authority", Role.OPERATIONS),
}


@pytest.fixture
def authority(db) -> Organisation:
    return Organisation.objects.create(
        kind=Organisation.Kind.AUTHORITY, slug="monetary-authority", name_en="Monetary Authority",
        name_zh_hant="金融管理專員", name_zh_hans="金融管理专员",
    )


@pytest.fixture
def issuer(db):
    issuer = register_issuer(
        name_en="Lion Rock Digital Limited", name_zh_hant="獅子山數碼有限公司", name_zh_hans="狮子山数码有限公司",
        email="compliance@lionrock.example", address_en="1 Lion Rock Road, Hong Kong", actor=SYSTEM,
    )
    record_licence(issuer, number="FRS01", effective_on=date(2025, 12, 15), actor=SYSTEM)
    return issuer


@pytest.fixture
def coin(issuer):
    return create_coin(issuer, symbol="LRHKD", reference_currency="HKD", launched_on=date(2026, 1, 2), actor=SYSTEM)


@pytest.fixture
def unlicensed_coin(db):
    """A coin whose issuer holds no licence."""
    issuer = register_issuer(name_en="Moonbeam Limited", actor=SYSTEM)
    return create_coin(issuer, symbol="MBHKD", reference_currency="HKD", launched_on=date(2026, 11, 20), actor=SYSTEM)


@pytest.fixture
def rival(db):
    issuer = register_issuer(
        name_en="Tidewater Payments Limited", name_zh_hant="潮汐支付有限公司", name_zh_hans="潮汐支付有限公司", actor=SYSTEM
    )
    record_licence(issuer, number="FRS02", effective_on=date(2026, 1, 8), actor=SYSTEM)
    return issuer


@pytest.fixture
def rival_coin(rival):
    return create_coin(rival, symbol="TWHK", reference_currency="HKD", launched_on=date(2026, 1, 8), actor=SYSTEM)


def person(name: str, request) -> User:
    """Return the member of the cast, with membership, password and TOTP."""
    full_name, place, role = CAST[name]
    place = request.getfixturevalue(place)
    organisation = getattr(place, "organisation", place)
    user = User.objects.create_user(f"{name}@{organisation.slug}.example", full_name, PASSWORD)
    Membership.objects.create(user=user, organisation=organisation, role=role, since=date(2025, 8, 1))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    return user


def _member(name: str):
    @pytest.fixture(name=name)
    def member(request, db) -> User:
        return person(name, request)

    return member


ann, amy, eli, ian = (_member(name) for name in ("ann", "amy", "eli", "ian"))
bo, ben, cy, dee, dan, ops = (_member(name) for name in ("bo", "ben", "cy", "dee", "dan", "ops"))


@pytest.fixture
def ada(issuer) -> User:
    """A second administrator of the issuer; not of the cast that tries everything."""
    user = User.objects.create_user("ada@lion.example", "Ada Kwok", PASSWORD)
    Membership.objects.create(user=user, organisation=issuer.organisation, role=Role.ISSUER_ADMINISTRATOR)
    return user


@pytest.fixture
def visitor() -> None:
    """Somebody who is not signed in."""


@pytest.fixture
def client_for():
    """``client_for(user)`` is a client signed in as the user; ``client_for(None)`` is a visitor's."""

    def signed_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def confirmed_client_for(client_for):
    """``confirmed_client_for(user)`` is a client of a user who has just confirmed that it is them (step-up)."""

    def confirmed(user: User) -> Client:
        client = client_for(user)
        confirm_session(client, user)
        return client

    return confirmed


def confirm_session(client: Client, user: User) -> None:
    """Note in the client's session that the person confirmed a moment ago, as the page for that would."""
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "email": user.email, "reauthenticated": True}
    ]
    # Records of another person than the one signed in count for nothing.
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()


@pytest.fixture
def key_for():
    """``key_for(organisation, role)`` is a new key's secret."""

    def new(organisation: Organisation, role: Role = Role.FEED_SENDER) -> str:
        prefix, secret = ApiKey.new_secret()
        ApiKey.objects.create(organisation=organisation, name="test", role=role, prefix=prefix,
                              digest=ApiKey.digest_of(secret))
        return secret

    return new
