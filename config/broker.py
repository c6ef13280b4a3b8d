"""One Redis-protocol address in, the addresses of its numbered databases out, as Django and Celery spell them."""

from urllib.parse import urlencode, urlsplit, urlunsplit

BROKER, CACHE, TEST_BROKER, TEST_CACHE = range(4)


def cache_url(url: str, number: int) -> str:
    """The address of database ``number`` for redis-py: redis://host:6379/1 or unix:///path?db=1."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"  # urlunsplit would drop the two slashes
    return urlunsplit(parts._replace(path=f"/{number}"))


def celery_url(url: str, number: int) -> str:
    """The same for Celery, whose name for a unix socket is redis+socket:///path?virtual_host=1."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return "redis+socket://" + parts.path + "?" + urlencode({"virtual_host": number})
    return cache_url(url, number)
