"""The addresses of pages that show licensing alone, one module per slice of it."""

from __future__ import annotations

from issuers.urls import applications, assessment, duties, licences, people, persons, register

_SLICES = (people, applications, persons, assessment, licences, duties, register)

officer = [address for each in _SLICES for address in each.officer]
portal = [address for each in _SLICES for address in each.portal]
public = [address for each in _SLICES for address in each.public]
