"""The mail server of the demonstration and its page."""

import smtplib
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest

from config.mailcatcher import Catcher
from tests.servers import free_port


@pytest.fixture
def catcher(tmp_path):
    catcher = Catcher(tmp_path / "mail", smtp_port=free_port(), page_port=free_port())
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture
def caught(catcher):
    message = EmailMessage()
    message["Subject"] = "Reserve day <LRHKD> 儲備日報"
    message["From"], message["To"] = "no-reply@assay.example", "ann@larkrise.example"
    message.set_content("Backing 99.93 %\n")
    message.add_alternative("<p>Backing <script>alert(1)</script>99.93 %</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7 report", maintype="application", subtype="pdf", filename='day "1".pdf')
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port) as client:
        client.send_message(message, to_addrs=["ann@larkrise.example", "amy@larkrise.example"])
    (mail,) = catcher.mails()
    return mail


def page(catcher, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{catcher.page_port}{path}", timeout=5) as answer:
        return answer.read(), answer.headers


def test_a_mail_is_kept_with_everything_in_it(caught):
    assert caught.subject == "Reserve day <LRHKD> 儲備日報"
    assert caught.recipients == ("ann@larkrise.example", "amy@larkrise.example")
    assert caught.body("plain") == "Backing 99.93 %\n"
    assert caught.attachments == [('day "1".pdf', "application/pdf", b"%PDF-1.7 report")]


def test_the_list_shows_subject_and_recipients_escaped(catcher, caught):
    content, headers = page(catcher, "/")
    assert f'<a href="/mail/{caught.key}">Reserve day &lt;LRHKD&gt; 儲備日報</a>' in content.decode()
    assert "ann@larkrise.example, amy@larkrise.example" in content.decode()
    assert headers["Content-Security-Policy"] == "default-src 'none'; style-src 'self'; frame-src 'self'"


def test_the_html_of_a_mail_can_run_nothing_and_fetch_nothing(catcher, caught):
    shown, _ = page(catcher, f"/mail/{caught.key}")
    assert f'<iframe sandbox title="The mail as HTML" src="/mail/{caught.key}/html">' in shown.decode()
    assert "<pre>Backing 99.93 %" in shown.decode()
    _, headers = page(catcher, f"/mail/{caught.key}/html")
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")


def test_an_attachment_comes_back_byte_for_byte_under_a_harmless_name(catcher, caught):
    content, headers = page(catcher, f"/mail/{caught.key}/attachment/0")
    assert content == b"%PDF-1.7 report"
    assert headers["Content-Disposition"] == 'attachment; filename="day__1_.pdf"'


@pytest.mark.parametrize(
    "path", ["/mail/1", "/mail/..%2f..", "/mail/../../manage.py", "/mail/{key}/attachment/1", "/x"]
)
def test_what_is_not_there_is_not_found(catcher, caught, path):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        page(catcher, path.format(key=caught.key))
    assert refusal.value.code == 404


def test_mails_are_listed_oldest_first(catcher):
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port) as client:
        for number in range(3):
            client.sendmail("a@assay.example", ["b@assay.example"], f"Subject: {number}\r\n\r\n{number}")
    assert [mail.subject for mail in catcher.mails()] == ["0", "1", "2"]
