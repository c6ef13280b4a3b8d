"""A warning is one officer's draft and another's publication; what was told stays told, and evidence stays inside."""

from __future__ import annotations

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from PIL import Image

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Blob
from issuers.models import PublicWarning
from issuers.selectors.verdicts import check, resembled_entries
from issuers.selectors.warnings import published_warnings
from issuers.services.warnings import change_draft, draft_warning, drop_warning, publish_warning, remove_warning

pytestmark = pytest.mark.django_db
WRITTEN = {"name_en": "Lion Rok Digital", "token": "LRHKO", "wording_en": "It holds no licence."}


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def draft(bo, issuer, coin):
    return draft_warning(**WRITTEN, evidence=(png(), "seen.png"), evidence_note="Sent in by a holder.", actor=bo)


def verbs(record) -> list[str]:
    events = AuditEvent.objects.filter(target_type="issuers.publicwarning", target_pk=str(record.pk)).order_by("pk")
    return [event.verb.rpartition(".")[2] for event in events]


def test_one_officer_drafts_and_another_publishes(draft, ben, bo):
    assert published_warnings().count() == 0
    told = publish_warning(draft, actor=ben)
    assert (told.status, told.published_by, told.proposed_by) == ("published", ben, bo)
    assert verbs(told) == ["drafted", "published"]
    assert check("LRHKO").verdict == "warning"


def test_who_drafted_it_does_not_publish_it(draft, bo):
    with pytest.raises(Refused):
        publish_warning(draft, actor=bo)
    draft.refresh_from_db()
    assert (draft.status, draft.published_by, verbs(draft)) == ("draft", None, ["drafted"])


def test_the_database_refuses_one_officer_for_both(draft, bo):
    draft.published_by = bo
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.save()


def test_who_changed_the_draft_last_stands_for_it(draft, bo, ben):
    changed = change_draft(draft, wording_en="It holds no licence here.", actor=ben)
    assert (changed.proposed_by, changed.evidence_filename) == (ben, "seen.png")
    with pytest.raises(Refused):
        publish_warning(changed, actor=ben)
    assert publish_warning(changed, actor=bo).wording_en == "It holds no licence here."
    assert verbs(draft) == ["drafted", "redrafted", "published"]


def test_what_was_published_is_not_rewritten(draft, ben, bo):
    told = publish_warning(draft, actor=ben)
    for act in (lambda: change_draft(told, wording_en="Other.", actor=bo), lambda: publish_warning(told, actor=ben),
                lambda: drop_warning(told, reason="No.", actor=bo)):
        with pytest.raises(Refused):
            act()
    told.refresh_from_db()
    assert (told.status, told.wording_en) == ("published", "It holds no licence.")
    assert verbs(told) == ["drafted", "published"]


def test_a_removed_warning_says_why_and_stays_readable(draft, ben, cy, client):
    publish_warning(draft, actor=ben)
    with pytest.raises(Refused):
        remove_warning(draft, reason="  ", actor=cy)
    removed = remove_warning(draft, reason="The site is gone.", actor=cy)
    assert (removed.status, removed.removal_reason) == ("removed", "The site is gone.")
    assert check("LRHKO").warnings == []
    page = client.get(f"/en/warnings/{draft.reference}/").content.decode()
    assert "The site is gone." in page
    assert "Removed from the list" in page


def test_a_dropped_draft_never_was_public(draft, bo, client):
    with pytest.raises(Refused):
        drop_warning(draft, reason="", actor=bo)
    assert drop_warning(draft, reason="It is licensed.", actor=bo).status == "dropped"
    assert client.get(f"/en/warnings/{draft.reference}/").status_code == 404


@pytest.mark.parametrize("name", ["ann", "ian", "dee", "dan", "ops"])
def test_nobody_else_drafts_or_publishes(draft, name, request):
    somebody = request.getfixturevalue(name)
    for act in (lambda: draft_warning(**WRITTEN, actor=somebody), lambda: publish_warning(draft, actor=somebody),
                lambda: change_draft(draft, token="X", actor=somebody)):
        with pytest.raises(NotPermitted):
            act()
    assert PublicWarning.objects.get().status == "draft"


def test_the_platform_itself_warns_of_nobody(draft):
    for act in (lambda: draft_warning(**WRITTEN, actor=SYSTEM), lambda: publish_warning(draft, actor=SYSTEM)):
        with pytest.raises(NotPermitted):
            act()


def macros() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
        archive.writestr("word/vbaProject.bin", "x")
    return out.getvalue()


HOSTILE = {
    "script.html": b"<script>alert(1)</script>", "drawing.svg": b"<svg onload='alert(1)'/>", "page.pdf": b"<html>",
    "picture.png": b"MZ\x90\x00", "letter.docx": macros(), "empty.pdf": b"", "run.exe": b"MZ", "twice.pdf.exe": b"%PDF-1.7",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_evidence_is_refused_and_nothing_is_kept(bo, confirmed_client_for, name):
    before = Blob.objects.count()
    with pytest.raises(Refused):
        draft_warning(**WRITTEN, evidence=(HOSTILE[name], name), actor=bo)
    sent = SimpleUploadedFile(name, HOSTILE[name])
    answer = confirmed_client_for(bo).post("/en/officer/warnings/new/", WRITTEN | {"evidence_file": sent})
    assert answer.status_code == 422
    assert (PublicWarning.objects.count(), Blob.objects.count()) == (0, before)
    assert not AuditEvent.objects.filter(verb="issuers.warning.drafted").exists()


def test_evidence_is_saved_by_officers_only_and_never_shown_in_the_page(draft, ben, client, client_for, dee, ann):
    publish_warning(draft, actor=ben)
    address = f"/en/officer/warnings/{draft.reference}/evidence/"
    answer = client_for(ben).get(address)
    assert b"".join(answer.streaming_content) == png()
    assert answer["Content-Disposition"] == 'attachment; filename="seen.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert [client_for(who).get(address).status_code for who in (dee, ann)] == [403, 404]
    assert client.get(address).status_code == 302


def test_the_public_reads_neither_officers_nor_evidence(draft, ben, bo, client):
    publish_warning(draft, actor=ben)
    addresses = [f"/en/warnings/{draft.reference}/", "/en/warnings/", "/en/warnings.csv", "/en/warnings.json",
                 "/en/changes.atom", "/api/v1/warnings/", "/api/v1/register/check?q=LRHKO", "/en/?q=LRHKO"]
    for address in addresses:
        said = client.get(address).content.decode()
        assert "Lion Rok Digital" in said
        for secret in (bo.name, ben.name, bo.email, ben.email, "seen.png", "Sent in by a holder.", draft.evidence_id):
            assert secret not in said, (address, secret)


def test_a_draft_is_in_no_public_place(draft, client):
    for address in ("/en/warnings/", "/en/warnings.csv", "/en/warnings.json", "/en/changes.atom", "/api/v1/warnings/"):
        assert "Lion Rok" not in client.get(address).content.decode()
    assert client.get(f"/en/warnings/{draft.reference}/").status_code == 404
    assert client.get("/en/warnings/%00/").status_code == 404


def test_the_drafting_officer_is_told_whom_it_resembles(draft, client_for, bo):
    assert [entry.number for entry in resembled_entries(["Lion Rok Digital", "", "LRHKO"])] == ["FRS01"]
    page = client_for(bo).get(f"/en/officer/warnings/{draft.reference}/").content.decode()
    assert "It resembles what is licensed" in page
    assert "You drafted this warning; another officer has to publish it." in page


def test_the_page_drafts_and_publishes_after_step_up(bo, ben, client_for, confirmed_client_for, issuer):
    sent = WRITTEN | {"evidence_file": SimpleUploadedFile("seen.png", png()), "resembles": issuer.licence.pk}
    assert client_for(bo).post("/en/officer/warnings/new/", sent).status_code == 302
    draft = PublicWarning.objects.get()
    address = f"/en/officer/warnings/{draft.reference}/act/"
    assert confirmed_client_for(bo).post(address, {"act": "publish"}).status_code == 409
    unconfirmed = client_for(ben).post(address, {"act": "publish"})
    assert (unconfirmed.status_code, "reauthenticate" in unconfirmed["Location"]) == (302, True)
    draft.refresh_from_db()
    assert draft.status == "draft"
    page = confirmed_client_for(ben).get(f"/en/officer/warnings/{draft.reference}/")
    read = {"act": "publish", "digest": page.context["digest"]}
    assert confirmed_client_for(ben).post(address, {"act": "publish"}).status_code == 409
    assert confirmed_client_for(ben).post(address, read).status_code == 302
    assert confirmed_client_for(ben).post(address, {"act": "remove"}).status_code == 422
    assert confirmed_client_for(ben).post(address, {"act": "nonsense"}).status_code == 404
    draft.refresh_from_db()
    assert (draft.status, draft.resembles) == ("published", issuer.licence)


def test_the_page_changes_and_drops_a_draft(draft, ben, bo, client_for):
    edit = f"/en/officer/warnings/{draft.reference}/edit/"
    assert client_for(ben).get(edit).status_code == 200
    assert client_for(ben).post(edit, WRITTEN | {"name_en": ""}).status_code == 422
    assert client_for(ben).post(edit, WRITTEN | {"name_en": "Lion Rok"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.name_en, draft.proposed_by, draft.evidence_filename) == ("Lion Rok", ben, "seen.png")
    act = f"/en/officer/warnings/{draft.reference}/act/"
    assert client_for(bo).post(act, {"act": "drop", "reason": "No."}).status_code == 302
    assert client_for(bo).get(edit).status_code == 404


def test_the_command_publishes_as_another_officer(draft, bo, ben):
    for email in (bo.email, "nobody@nowhere.example"):
        with pytest.raises(CommandError) as refused:
            call_command("publish_warning", draft.reference, "--as", email, stdout=StringIO())
        assert refused.value.returncode == 2
    with pytest.raises(CommandError):
        call_command("publish_warning", "WRN-0000-0000", "--as", ben.email, stdout=StringIO())
    out = StringIO()
    call_command("publish_warning", draft.reference, "--as", ben.email, "--json", stdout=out)
    assert json.loads(out.getvalue())["status"] == "published"


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_publish_it_once(issuer, bo, ben, cy):
    draft = draft_warning(**WRITTEN, actor=bo)

    def publish(officer) -> str:
        try:
            return publish_warning(draft, actor=officer).status
        except Refused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish, (ben, cy))) == ["published", "refused"]
    assert verbs(draft) == ["drafted", "published"]
