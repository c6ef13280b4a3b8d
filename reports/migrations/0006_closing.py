"""Of an archive, the index with its signature."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0005_dossiers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reportdocument",
            name="signed",
            field=models.ForeignKey(help_text="The signed bytes; of an archive, the archive with the signed index in it.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.blob"),
        ),
        migrations.AddField(
            model_name="reportdocument",
            name="signed_index",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.blob"),
        ),
    ]
