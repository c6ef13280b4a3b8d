"""Let an issuer whose licence ended be granted another: several licences, of which one at most has not ended.

Every licence stays as it is; what pointed at one still does.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issuers", "0006_waivers_and_reminders")]
    operations = [
        migrations.AlterField(
            "licence", "issuer",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="licences", to="issuers.issuer"
            ),
        ),
        migrations.AddConstraint(
            "licence",
            models.UniqueConstraint(
                fields=["issuer"], condition=~models.Q(status__in=["revoked", "surrendered"]),
                name="licence_held_once",
            ),
        ),
    ]
