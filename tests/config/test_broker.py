"""Addresses of the broker's numbered databases."""

import pytest

from config import broker


@pytest.mark.parametrize(
    ("url", "for_cache", "for_celery"),
    [
        ("redis://broker:6379", "redis://broker:6379/3", "redis://broker:6379/3"),
        ("redis://:secret@broker:6379/0", "redis://:secret@broker:6379/3", "redis://:secret@broker:6379/3"),
        ("unix:///run/redis.sock?db=0", "unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_one_address_names_every_database(url, for_cache, for_celery):
    assert broker.cache_url(url, 3) == for_cache
    assert broker.celery_url(url, 3) == for_celery
