"""What happened, what was judged and what was stored cannot be changed, not even past the code."""

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from core import audit, blobs
from core.access import SYSTEM
from core.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(issuer):
    return AuditEvent.objects.get(verb="issuers.issuer.registered", target_pk=str(issuer.pk))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE core_auditevent SET actor_label = 'nobody'", "DELETE FROM core_auditevent"],
)
def test_the_database_refuses_to_change_the_trail(event, statement):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    event.refresh_from_db()
    assert event.actor_label == "Assay"


def test_an_undeclared_verb_cannot_be_recorded(issuer):
    before = AuditEvent.objects.count()
    with pytest.raises(KeyError):
        audit.record("issuers.issuer.praised", target=issuer, actor=SYSTEM)
    assert AuditEvent.objects.count() == before


def test_a_verb_is_declared_once():
    with pytest.raises(ValueError, match="declared twice"):
        audit.verb("issuers.issuer.registered", "again")


def test_the_same_bytes_are_kept_once_and_read_back():
    first, second = blobs.store_blob(b"as_of,coin\n"), blobs.store_blob(b"as_of,coin\n")
    assert first == second
    assert blobs.read_blob(first.sha256) == b"as_of,coin\n"


def test_bytes_that_were_changed_on_disk_are_not_read():
    blob = blobs.store_blob(b"as_of,coin\n")
    blobs.path_of(blob.sha256).write_bytes(b"as_of,coin,forged\n")
    with pytest.raises(ValueError, match="changed on disk"):
        blobs.read_blob(blob.sha256)
