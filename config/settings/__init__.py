"""Settings by place: local (default), test, production; all built on base."""
