"""Judging an issuer by the rules on the issuer itself, once per day and state of its coins' days."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from core import findings
from core.access import Actor, require
from core.models import Finding
from core.roles import Can
from core.rulebook import Verdict, load
from core.rulebook.facts import Scope
from issuers.models import Issuer
from issuers.services.breaches import open_breach
from reports.facts import issuer_facts
from reports.selectors import days_of_unjudged_issuers, judged_coins, state_of


@transaction.atomic
def judge_issuer(issuer: Issuer, as_of: date, *, actor: Actor) -> list[Finding]:
    """Judge the issuer for a day on which all its coins are judged; return the findings, new or standing.

    The version of the findings follows the versions of the coins' days, so the same days are judged
    once, and a corrected coin-day brings new findings. Each breached rule opens a breach or carries
    the open one on. While a coin's day is not judged there is nothing to judge: the answer is empty.

    Raises:
        NotPermitted: the actor does not run days.
    """
    require(actor, Can.RUN_DAY, issuer)
    # The issuer's row is the lock: two workers that judge the same day judge it once.
    rows = Issuer.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    issuer = rows.get(pk=issuer.pk)
    days = judged_coins(issuer, as_of)
    if days is None:
        return []
    version = state_of(days)
    subject = issuer.organisation.slug
    stored = Finding.objects.filter(scope=Scope.ISSUER, subject=subject, as_of=as_of, version=version)
    if standing := list(stored):
        return standing
    rulebook = load()
    facts = issuer_facts(issuer, as_of, seen_at=max(day.judged_at for day in days if day.judged_at))
    found = [
        (findings.as_data(judgement, rule=rule, subject=subject), findings.used_facts(rule, facts))
        for rule in rulebook.in_force(as_of, Scope.ISSUER)
        if (judgement := rule.judge(facts, as_of))
    ]
    findings.store_findings(
        found, rulebook=rulebook, scope=str(Scope.ISSUER), owner=issuer.organisation, as_of=as_of, version=version
    )
    for data, _used in found:
        if data["verdict"] == Verdict.BREACHED:
            open_breach(
                issuer, rule=data["rule"], subject=subject, as_of=as_of, params={"title": data["title"]}, actor=actor
            )
    return list(stored.all())


def judge_issuers(*, actor: Actor) -> int:
    """Judge every issuer-day that gets a report and was not judged as it stands; return how many were looked at."""
    pairs = {(day.coin.issuer, day.as_of) for day in days_of_unjudged_issuers().defer("result")}
    for issuer, as_of in sorted(pairs, key=lambda pair: (pair[1], pair[0].pk)):
        judge_issuer(issuer, as_of, actor=actor)
    return len(pairs)
