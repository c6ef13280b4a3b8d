"""Lines stay as they were received."""

from django.db import migrations

TABLES = ("reserves_holding", "reserves_ledgerline", "reserves_supplyline", "reserves_breakday")
FORWARD = "\n".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION core_refuse_change();"
    for table in TABLES
)
BACKWARD = "\n".join(f"DROP TRIGGER append_only ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("reserves", "0001_initial"), ("core", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
