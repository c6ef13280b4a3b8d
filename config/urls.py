"""Which address leads where."""

from django.urls import include, path

urlpatterns = [path("accounts/", include("allauth.urls"))]
