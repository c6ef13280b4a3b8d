"""Whom the reserve registers name and AML screens: who holds reserve assets, and firms that owe on them."""

from __future__ import annotations

from collections.abc import Iterator

from aml.models import Subject
from aml.selectors.particulars import Particulars, counterparty_key
from core import clock
from core.models import Organisation
from reserves.models import Custodian, Obligor

#: Obligors that are firms; states, their central banks and bodies of states are not screened as counterparties.
FIRMS = (Obligor.Kind.BANK, Obligor.Kind.FINANCIAL_INSTITUTION, Obligor.Kind.CORPORATE)


def counterparties() -> Iterator[Particulars]:
    """Yield each firm of the registers in force once, unless it has an organisation of its own, as the authority's."""
    authority = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).order_by("pk").first()
    if authority is None:
        return
    today, named = clock.today(), {}
    for name in Custodian.objects.in_force(today).values_list("name", flat=True):
        named[name] = (Subject.Part.CUSTODIAN, "")
    firms = Obligor.objects.in_force(today).filter(kind__in=FIRMS)
    for name, country in firms.values_list("name", "country"):
        named.setdefault(name, (Subject.Part.COUNTERPARTY, country))
    own = set(Organisation.objects.values_list("name_en", flat=True))
    for name, (part, country) in sorted(named.items()):
        if name not in own:
            yield Particulars(key=counterparty_key(name), kind=Subject.Kind.ORGANISATION, owner_id=authority.pk,
                              name_en=name, parts=(part,), country=country)
