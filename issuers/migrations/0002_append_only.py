"""Facts about an issuer are added, never changed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("issuers", "0001_initial"), ("core", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON issuers_issuerfact"
            " FOR EACH ROW EXECUTE FUNCTION core_refuse_change();",
            "DROP TRIGGER append_only ON issuers_issuerfact;",
        )
    ]
