"""The acts of measuring how names are matched: known to every process, which has to word them.

Their service takes the matching itself, with its tables and SciPy, which few processes need have in memory.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from core import audit

LOADED = audit.verb("aml.pairs.loaded", gettext_noop("loaded %(target)s, pairs of names to measure the matching on"))
MEASURED = audit.verb("aml.names.measured", gettext_noop("measured the matching of names"))
