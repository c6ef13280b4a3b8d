"""An applicant of its own with a compliance officer, for tests about the people behind an applicant."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.mfa.models import Authenticator

from core.access import SYSTEM
from core.models import Membership, User
from core.roles import Role
from issuers.services.applications import open_application
from issuers.services.issuers import register_issuer
from issuers.services.persons import add_person
from tests.cast import PASSWORD, TOTP_SECRET


@pytest.fixture
def harbour(db):
    return register_issuer(name_en="Harbour Coin Limited", name_zh_hant="海港幣有限公司", actor=SYSTEM)


@pytest.fixture
def kim(harbour) -> User:
    """The applicant's compliance officer."""
    user = User.objects.create_user("kim@harbour.example", "Kim Fong", PASSWORD)
    Membership.objects.create(user=user, organisation=harbour.organisation, role=Role.COMPLIANCE_OFFICER,
                              since=date(2025, 8, 1))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    return user


@pytest.fixture
def harbour_application(harbour):
    return open_application(harbour, actor=SYSTEM)


@pytest.fixture
def body(harbour_application, harbour, kim):
    return add_person(harbour, kind="body_corporate", name_en="Harbour Holdings Limited", country="HK",
                      registration_number="12345678", actor=kim)


@pytest.fixture
def anna(harbour_application, harbour, kim):
    return add_person(harbour, kind="individual", name_en="Anna Sze", name_zh="施安娜", birth_date=date(1980, 5, 1),
                      country="hk", actor=kim)
