"""A rehearsal of weeks in minutes: real workers, broker and mail server under a moved clock, killed at random moments.

``python -m tests.chaos --issuers 20 --days 92 --kills 50`` (``make chaos``) plays the weeks once in calm and once with
kills, prints what was due and what came of it, and ends with 1 if the two differ or anything came twice or early.
"""
