"""Of an archive, the PDF in it that lists what it holds."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0004_schedules"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportdocument",
            name="index",
            field=models.ForeignKey(help_text="Of an archive: the PDF in it that lists what it holds, to look at without unpacking.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.blob"),
        ),
    ]
