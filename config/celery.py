"""The work queue: queues, limits and the timetable.

A task is only a nudge: what there is to do is a row in an open state, and the sweeps find every row again.
"""

import gc
import os
import sys

from celery import Celery
from celery.schedules import crontab
from celery.signals import after_task_publish, beat_init, celeryd_init, worker_process_init
from django.conf import settings

from config import broker, embedded, health

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

SOFT_LIMIT = 10 * 60
HARD_LIMIT = 12 * 60

app = Celery("assay")
app.conf.update(
    broker_url=broker.celery_url(settings.REDIS_URL, getattr(settings, "CELERY_BROKER_DATABASE", broker.BROKER)),
    broker_transport_options={
        # Longer than any task may run: a task given out twice while it runs would only find the row locked.
        "visibility_timeout": HARD_LIMIT + 3 * 60,
        # How soon a message of a dead worker is looked for: interval times throttle, in seconds.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "global_keyprefix": getattr(settings, "CELERY_KEY_PREFIX", ""),
        "socket_keepalive": True,
    },
    broker_connection_retry_on_startup=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_soft_time_limit=SOFT_LIMIT,
    task_time_limit=HARD_LIMIT,
    task_default_queue="intake",
    task_routes={
        "core.tasks.*": {"queue": "mail"},
        "reports.tasks.send_*": {"queue": "mail"},
        "reports.tasks.*": {"queue": "reports"},
    },
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_max_memory_per_child=600_000,  # kilobytes; a large PDF leaves its memory behind
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    timezone="Asia/Hong_Kong",
    enable_utc=True,
    beat_schedule={
        "mail that waits": {"task": "core.tasks.sweep", "schedule": 60.0},
        "clocks of the authority": {"task": "core.tasks.refresh_service_clocks", "schedule": crontab(minute="*/15")},
        "how good names are matched": {"task": "aml.tasks.measure_matching", "schedule": crontab(hour=3, minute=40)},
        "files and days that wait": {"task": "reserves.tasks.sweep", "schedule": 60.0},
        "files that were dropped": {"task": "reserves.tasks.collect_drops", "schedule": 30.0},
        "attestations whose day came": {"task": "reserves.tasks.sweep_attestations", "schedule": crontab(minute="*/5")},
        "feeds that are late": {"task": "reserves.tasks.open_late_feed_cases", "schedule": crontab(minute="*/15")},
        # Blocks become final some minutes after midnight; what is not final, or not answered, is asked for again.
        "chains to read": {"task": "reserves.tasks.sweep_chains", "schedule": crontab(minute="20")},
        "breaks that nobody explained": {"task": "reserves.tasks.open_break_cases", "schedule": crontab(minute="*/15")},
        "licences whose day came": {"task": "issuers.tasks.sweep_licences", "schedule": crontab(minute="*/15")},
        # Once on a business day, from 07:30 on; asked every minute, so that a message that was lost is made good.
        "duties of licensees": {"task": "issuers.tasks.sweep_duties", "schedule": 60.0},
        "duties that are overdue": {"task": "issuers.tasks.sweep_overdue", "schedule": crontab(minute="*/15")},
        "wallets and transfers that wait": {"task": "aml.tasks.sweep_flows", "schedule": 60.0},
        "wallets and transfers, every night": {"task": "aml.tasks.sweep_flows_nightly",
                                               "schedule": crontab(hour="2", minute="10")},
        "what contracts did, for AML": {"task": "reports.tasks.hand_over_chains", "schedule": crontab(minute="*/5")},
        "lists of publishers": {"task": "aml.tasks.fetch_watchlists", "schedule": crontab(hour="4", minute="10")},
        "subjects that wait": {"task": "aml.tasks.sweep", "schedule": 60.0},
        "subjects every night": {"task": "aml.tasks.screen_everybody", "schedule": crontab(hour="2", minute="0")},
        "documents that wait": {"task": "reports.tasks.sweep", "schedule": 60.0},
        # When digests, reminders and regular reports go out is set by officers: reports/models/schedules.py.
        "what officers scheduled": {"task": "reports.tasks.sweep_schedules", "schedule": 60.0},
        "certificates that end": {"task": "core.tasks.remind_of_certificates",
                                  "schedule": crontab(hour="8", minute="5")},
        "mail that came back": {"task": "core.tasks.collect_bounces", "schedule": 60.0},
        "events to seal": {"task": "core.tasks.seal_events", "schedule": 60.0},
        "events that were sealed by nobody": {"task": "core.tasks.seal_whole",
                                              "schedule": crontab(hour="3", minute="20")},
    },
    beat_schedule_filename=str(embedded.VAR / "run" / "beat-schedule"),
)
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def start_servers(**_: object) -> None:
    """A worker or beat may be the first of all commands."""
    try:
        embedded.ensure_running()
    except embedded.ServerFailed as error:
        sys.exit(str(error))


@worker_process_init.connect
def keep_what_was_imported(**_: object) -> None:
    """What a process was born with is never garbage: the collector need not look through it again and again."""
    gc.freeze()


@beat_init.connect
def report_beat(**_: object) -> None:
    """Let the health check see each task that beat sends; other processes send tasks too, and do not count."""
    health.note_beat()
    after_task_publish.connect(health.note_beat)
