"""What the auditors of the demonstration's first coin are called and write, and how many weeks it has stated."""

from __future__ import annotations

FIRM = {"name_en": "Stonebridge Audit", "name_zh_hant": "石橋會計師事務所", "name_zh_hans": "石桥会计师事务所"}
RANDOM_DAYS = 3
#: So many weekly statements back from the last were filed.
WEEKS = 8
OPINION = "unqualified"
REPORT = (
    "We tested the reserve on the last business day of the quarter and on three days that were drawn at random."
    "\nIn our opinion the reserve was, on each of these days, at least as large as the par value outstanding."
)
COMMENT = "The board noted the report on the day it was received."
RECOMMENDATION = "All figures agree with what was frozen; the opinion is without exception."
SAMPLE_SEED = "quarter end"
