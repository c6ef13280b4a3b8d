"""``screen_subjects``: bring subjects in step with what is on record and screen whoever waits, everybody, or one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from aml.builders import evidence
from aml.models import ScreeningRun, Subject
from aml.services import screening
from aml.services.subjects import sweep_subjects
from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned
from core.errors import Refused


class Command(AnsweringCommand):
    help = "Screen subjects in the lists in force: whoever waits, everybody (--everybody), or one (--subject KEY)"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        whom = parser.add_mutually_exclusive_group()
        whom.add_argument("--everybody", action="store_true", help="as every night")
        whom.add_argument("--subject", metavar="KEY", help="one, such as person:12 or issuer:3; prints the evidence")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        swept = sweep_subjects()
        if options["subject"]:
            subject = Subject.objects.filter(key=options["subject"]).first()
            if subject is None:
                raise Refused(_("There is no subject %(key)s.") % {"key": options["subject"]}, code="unknown_subject")
            return {"screening": evidence.facts(screening.screen_on_request(subject, actor=SYSTEM))}
        runs = [screening.screen_everybody()] if options["everybody"] else screening.screen_waiting()
        return {"entered": swept.entered, "changed": swept.changed, "ended": swept.ended, "runs": list(map(_run, runs))}

    def table(self, answer: dict[str, Any]) -> list[str]:
        if "screening" in answer:
            found = answer["screening"]
            return [f"{found['reference']}  {found['dated_at']}  {len(found['hits'])}",
                    *(f"  {hit['score']}  {hit['source']} {hit['key']}  {hit['name']}" for hit in found["hits"])]
        rows = [(run["reason"], run["algorithm"], str(run["subjects"]), str(run["hits"])) for run in answer["runs"]]
        return aligned(rows) or [_("Nobody waits to be screened.")]


def _run(run: ScreeningRun) -> dict[str, Any]:
    return {
        "id": run.pk, "reason": run.reason, "algorithm": run.algorithm, "threshold": run.threshold,
        "lists": [f"{each['source']} {each['number']}" for each in run.lists], "subjects": run.subject_count,
        "hits": run.hit_count, "ended_at": run.ended_at.isoformat() if run.ended_at else None,
    }
