"""The addresses of accounts, invitations and first contacts."""

from __future__ import annotations

from django.urls import path

from issuers.views import contacts, invitations, people

officer = [
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/<slug:reference>/", contacts.contact, name="contact"),
    path("contacts/<slug:reference>/act/", contacts.act, name="contact_act"),
    path("organisations/<slug:slug>/people/", people.issuer_people, name="people"),
    path("invitations/<int:pk>/", people.act_for_issuer, name="invitation_act"),
]
portal = [
    path("people/", people.people, name="people"),
    path("people/invitations/<int:pk>/", people.act, name="invitation_act"),
    path("people/<int:pk>/end/", people.end, name="membership_end"),
]
public = [
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
    path("contact/", contacts.tell, name="contact"),
    path("contact/<str:token>/", contacts.receipt, name="contact_receipt"),
]
