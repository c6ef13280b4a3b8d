"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

embedded.ensure_running()
application = get_wsgi_application()
# Every page is known before the first is asked for, and before the processes of a server part.
get_resolver().url_patterns  # noqa: B018
