"""Seals of the audit log and what is sealed in them; the database refuses to change or delete either."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core_auditseal
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core_sealedevent
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
BACKWARD = """
DROP TRIGGER append_only ON core_sealedevent;
DROP TRIGGER append_only ON core_auditseal;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0010_inbox'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('number', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('previous', models.CharField(help_text='Digest of the seal before; zeros in the first.', max_length=64, unique=True)),
                ('root', models.CharField(max_length=64)),
                ('count', models.PositiveIntegerField()),
                ('first', models.BigIntegerField(help_text='Lowest number of an event in it.')),
                ('last', models.BigIntegerField(help_text='Highest number of an event in it.')),
                ('sealed_at', models.DateTimeField(db_index=True)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('subtrees', models.JSONField(help_text='Hashes of the complete subtrees of the tree of seals that end with it.')),
                ('log_root', models.CharField(help_text='Root of the tree of all seals up to it.', max_length=64)),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='SealedEvent',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='sealed', serialize=False, to='core.auditevent')),
                ('index', models.PositiveIntegerField()),
                ('nonce', models.CharField(help_text='Hides who acted from whoever is shown the rest of the event.', max_length=32)),
                ('leaf', models.CharField(max_length=64)),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='core.auditseal')),
            ],
            options={
                'ordering': ['seal', 'index'],
                'constraints': [models.UniqueConstraint(fields=('seal', 'index'), name='sealed_event_place_once')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
