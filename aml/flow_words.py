"""What detectors, their parameters and runs are called for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

PARAMETERS: dict[str, Any] = {
    "threshold_hkd": gettext_lazy("Threshold of an occasional transaction, HKD"),
    "linked_hours": gettext_lazy("Hours within which transfers of one sender are linked"),
    "exposure_hops": gettext_lazy("Transfers between a wallet and a listed address, at most"),
    "velocity_count": gettext_lazy("Transfers of one sender that are unusual"),
    "velocity_hours": gettext_lazy("Hours within which transfers of one sender are counted"),
    "peel_hops": gettext_lazy("Transfers of a peel chain, at least"),
    "peel_percent": gettext_lazy("Percent that is peeled off at each, at most"),
    "freeze_count": gettext_lazy("Addresses frozen that are a burst"),
    "freeze_hours": gettext_lazy("Hours within which freezes are counted"),
    "freeze_within_hours": gettext_lazy("Hours from listing to freezing, at most"),
    "own_wallets": gettext_lazy("The issuer's own wallets"),
}
DETECTORS: dict[str, Any] = {
    "sanctioned_party": gettext_lazy("Sanctioned party"),
    "exposure": gettext_lazy("Exposure"),
    "structuring": gettext_lazy("Structuring"),
    "velocity": gettext_lazy("Velocity"),
    "peel_chain": gettext_lazy("Peel chain"),
    "mixer": gettext_lazy("Mixer contact"),
    "freeze_burst": gettext_lazy("Burst of freezes"),
    "new_mint_address": gettext_lazy("Mint to a new address"),
    "admin_key": gettext_lazy("Administrator's key"),
    "freezing": gettext_lazy("Time to freeze"),
}
#: What each detector rests on.
CITES: dict[str, str] = {
    "sanctioned_party": "AML 7.5; AML 5.4", "exposure": "AML 4.39; AML 5.4", "structuring": "AML 4.4; AML 6.16",
    "velocity": "AML 5.4; AML 5.7", "peel_chain": "AML 5.7", "mixer": "AML 5.7; AML 5.5", "freeze_burst": "AML 5.10",
    "new_mint_address": "AML 5.4; SUP 6.5.9", "admin_key": "SUP 6.5.5",
}
