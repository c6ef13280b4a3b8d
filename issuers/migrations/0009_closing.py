"""The daily planning of duties as a row, so that it is done once and never lost."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("issuers", "0008_decimals"),
    ]

    operations = [
        migrations.CreateModel(
            name="DutyRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("planned", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-day"],
            },
        ),
    ]
