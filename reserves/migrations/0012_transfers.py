import core.clock
import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reserves_transferrange
    FOR EACH ROW EXECUTE FUNCTION reserves_refuse_but_superseding();
"""
BACKWARD = "DROP TRIGGER append_only ON reserves_transferrange;"


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0008_quarantine'),
        ('issuers', '0007_licences_of_an_issuer'),
        ('reserves', '0011_held_accounts'),
    ]

    operations = [
        migrations.CreateModel(
            name='TransferRange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_block', models.PositiveBigIntegerField()),
                ('to_block', models.PositiveBigIntegerField()),
                ('block_hash', models.CharField(max_length=66)),
                ('block_time', models.DateTimeField()),
                ('transfer_count', models.PositiveIntegerField()),
                ('endpoints', models.JSONField(default=list)),
                ('absent', models.JSONField(default=dict)),
                ('read_at', models.DateTimeField(default=core.clock.now)),
                ('deployment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issuers.deployment')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.feedfile')),
                ('superseded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reserves.chainrollback')),
            ],
            options={
                'ordering': ['deployment', 'to_block'],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('superseded_by', None)), fields=('deployment', 'from_block'), name='transfer_range_once'),
                    models.CheckConstraint(condition=models.Q(('from_block__lte', models.F('to_block'))), name='transfer_range_forwards'),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
