"""The addresses of pages that show AML alone."""

from __future__ import annotations

from typing import Any

from django.urls import path

from aml.views import flows

officer: list[Any] = [
    path("aml/wallets/", flows.wallets, name="wallets"),
    path("aml/wallets/<int:pk>/", flows.wallet, name="wallet"),
    path("aml/transfers/", flows.transfers, name="transfers"),
    path("aml/detectors/", flows.detectors, name="detectors"),
    path("aml/detectors/parameters/<int:pk>/decide/", flows.parameter_decide, name="parameter_decide"),
    path("aml/freezing/", flows.freezing, name="freezing"),
]

portal: list[Any] = []
