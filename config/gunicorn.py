"""How the web server runs, wherever it runs: ``gunicorn config.wsgi -c python:config.gunicorn``."""

import os

bind = f"{os.environ.get('ASSAY_WEB_HOST', '127.0.0.1')}:{os.environ.get('ASSAY_WEB_PORT', '8000')}"
# Pages cost processor time in Python: processes help, threads do not.
workers = int(os.environ.get("ASSAY_WEB_WORKERS", "2"))
# The platform is read once, before the processes part: they start at once and share what they do not change.
preload_app = True
timeout = 60
graceful_timeout = 15
max_requests = 5000
max_requests_jitter = 500
accesslog = None  # what people read is nobody's business; what they change is in the audit trail
control_socket_disable = True  # it would lie in the home directory, one for all servers of a machine
