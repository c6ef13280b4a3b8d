"""Makes every process that sets Django up use our work queue."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import celery

        celery.app.set_default()
