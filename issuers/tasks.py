"""What workers do for licensing: what there is to do is a row, which the next run finds again."""

from __future__ import annotations

from celery import shared_task

from core.tasks import nudge_mail
from issuers.services import consents, licence_sweep, obligations, requests
from issuers.services.duty_rounds import plan_todays_duties


@shared_task
def sweep_licences() -> None:
    """Invoice fees, apply decisions whose day has come, end what is over."""
    licence_sweep.sweep_licences()
    nudge_mail()


@shared_task
def sweep_duties() -> None:
    """Settle and plan what licensees owe, once on each business day: every minute asks whether that is still to do."""
    if plan_todays_duties():
        nudge_mail()


@shared_task
def sweep_overdue() -> None:
    """Follow closures entered since, open cases for what is overdue, let times of the law run out."""
    requests.refresh_due_days()
    obligations.open_overdue_cases()
    consents.deem_consents()
    consents.lapse_consents()
    nudge_mail()
