"""What the parameters of the detectors are on a day: as the law says, or as two officers have set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aml.detectors.parameters import Fixed, Parameter, parameters
from aml.models import DetectorParameter


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter: its value on the day, where that comes from, and what waits for a second officer."""

    parameter: Parameter
    value: int | None
    fixed: Fixed | None
    row: DetectorParameter | None
    proposed: DetectorParameter | None


def settings_on(day: date) -> list[Setting]:
    """Return every parameter as it is on the day."""
    rows = DetectorParameter.objects.select_related("proposed_by").order_by("-valid_from", "-pk")
    approved: dict[str, DetectorParameter] = {}
    proposed: dict[str, DetectorParameter] = {}
    for row in rows:
        if row.status == DetectorParameter.Status.APPROVED and row.valid_from <= day:
            approved.setdefault(row.name, row)
        elif row.status == DetectorParameter.Status.PROPOSED:
            proposed.setdefault(row.name, row)
    found = []
    for name, parameter in parameters().items():
        fixed, approval = parameter.fixed_on(day), approved.get(name)
        value = fixed.value if fixed else approval.value if approval else None
        found.append(Setting(parameter, value, fixed, approval, proposed.get(name)))
    return found


def values_on(day: date) -> dict[str, int | None]:
    """Return the value of every parameter on the day; None where nobody has set it."""
    return {each.parameter.name: each.value for each in settings_on(day)}
