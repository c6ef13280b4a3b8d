"""Of an archive, the index with its signature; evidence packs that were asked for."""

import core.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0011_verify"),
        ("issuers", "0008_decimals"),
        ("reports", "0005_dossiers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
        migrations.CreateModel(
            name="PackOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("status", models.CharField(choices=[("waiting", "Being compiled"), ("made", "Compiled"), ("failed", "Failed")], default="waiting", max_length=10)),
                ("done", models.PositiveSmallIntegerField(default=0)),
                ("total", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("asked_at", models.DateTimeField(default=core.clock.now)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("asked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("issuer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="issuers.issuer")),
                ("owner", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.organisation")),
                ("run", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.reportrun")),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [models.UniqueConstraint(condition=models.Q(("status", "waiting")), fields=("issuer", "first", "last"), name="pack_order_once")],
            },
        ),
    ]
