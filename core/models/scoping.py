"""Which rows an actor may see: one explicit method on every queryset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from core.access import Actor


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to an organisation; ``owner_path`` names the way there from the row."""

    owner_path = "owner"

    def visible_to(self, actor: Actor):
        """Return the rows that the actor may know of: all for the authority, else its own organisations'."""
        if actor.is_authority:
            return self
        return self.filter(**{f"{self.owner_path}__in": actor.organisation_ids})


def scoped_by(owner_path: str) -> type[ScopedQuerySet]:
    """Return a queryset class that finds the owning organisation along ``owner_path``."""
    return type("ScopedQuerySet", (ScopedQuerySet,), {"owner_path": owner_path, "__module__": __name__})
