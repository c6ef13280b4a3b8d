"""Makes every process that sets Django up use our work queue, and keeps from browsers what is not for them."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class Config(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import celery

        celery.app.set_default()


class StaticFiles(StaticFilesConfig):
    # The documents' fonts and style and the style sheet's source are read from core/static, not sent to browsers.
    # The API has no pages of its own.
    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns, "build/fonts/*", "css/report.css", "css/document.css", "scss",
        "rest_framework",
    ]
