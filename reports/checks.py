"""What has to hold before this place may sign: the key that the settings name can be used, or none is named."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from reports import signing_keys


@register("signing")
def signing_works(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Find a key that is named and cannot be used: documents would wait for their signature for ever."""
    return [
        Error(problem, hint="Settings REPORT_SIGNING_*, from the environment.", id="reports.E001")
        for problem in signing_keys.problems()
    ]
