"""Registering who issues or wants to issue."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.access import Actor, require
from core.errors import Refused
from core.models import Organisation
from core.roles import Can
from issuers.models import Issuer

REGISTERED = audit.verb("issuers.issuer.registered", gettext_noop("registered issuer %(target)s"),
                        audience=audit.Audience.ISSUER)


@transaction.atomic
def register_issuer(
    *, name_en: str, actor: Actor, name_zh_hant: str = "", name_zh_hans: str = "",
    kind: str = Issuer.Kind.COMPANY, **register_fields: str,
) -> Issuer:
    """Create the organisation and the issuer behind it.

    ``register_fields`` are the public ones of ``Issuer``: addresses, e-mail, website.

    Raises:
        NotPermitted: the actor neither registers issuers nor invites applicants.
        Refused: an organisation of that name exists.
    """
    if not actor.can(Can.INVITE_APPLICANT):
        require(actor, Can.REGISTER_ISSUERS)
    slug = slugify(name_en)[:80] or "issuer"
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                kind=Organisation.Kind.ISSUER, slug=slug, name_en=name_en,
                name_zh_hant=name_zh_hant, name_zh_hans=name_zh_hans,
            )
    except IntegrityError:
        raise Refused(_("There is an organisation named %(name)s already.") % {"name": name_en})
    issuer = Issuer.objects.create(organisation=organisation, kind=kind, **register_fields)
    audit.record(REGISTERED, target=issuer, actor=actor)
    return issuer
