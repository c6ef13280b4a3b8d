"""The work queue's promises: nothing lost with a worker, nothing given out twice while it runs, a known timetable."""

import pytest

from config import celery

conf = celery.app.conf


def test_a_message_outlives_its_worker_and_returns_only_after_the_longest_task():
    assert conf.task_acks_late is True
    assert conf.task_reject_on_worker_lost is True
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_soft_time_limit < conf.task_time_limit
    assert conf.task_time_limit < conf.broker_transport_options["visibility_timeout"]


def test_tasks_run_in_workers_and_keep_no_results():
    assert conf.task_always_eager is False
    assert conf.task_ignore_result is True
    assert conf.result_backend is None


def test_every_entry_of_the_timetable_is_a_task_that_exists():
    celery.app.loader.import_default_modules()
    assert [entry["task"] for entry in conf.beat_schedule.values() if entry["task"] not in celery.app.tasks] == []


def test_every_task_of_ours_has_a_queue_that_workers_read():
    celery.app.loader.import_default_modules()
    ours = [name for name in celery.app.tasks if not name.startswith("celery.")]
    assert ours
    queues = {name: celery.app.amqp.router.route({}, name)["queue"].name for name in ours}
    assert {name: queue for name, queue in queues.items() if queue not in ("intake", "mail", "reports")} == {}


def test_what_officers_scheduled_is_looked_for_every_minute():
    [sweep] = [entry for entry in conf.beat_schedule.values() if entry["task"] == "reports.tasks.sweep_schedules"]
    assert sweep["schedule"] == 60.0
    assert conf.timezone == "Asia/Hong_Kong"


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("core.tasks.deliver_mail", "mail"),
        ("reports.tasks.send_occasion", "mail"),
        ("reports.tasks.render_report", "reports"),
        ("reserves.tasks.advance_feed_file", "intake"),
    ],
)
def test_tasks_go_to_the_queue_of_their_kind(task, queue):
    assert celery.app.amqp.router.route({}, task)["queue"].name == queue
