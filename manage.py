#!/usr/bin/env python
"""Django's command line; starts the embedded servers first if nothing else serves."""

import os
import sys

from config import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    try:
        embedded.ensure_running()
    except embedded.ServerFailed as error:
        sys.exit(str(error))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
