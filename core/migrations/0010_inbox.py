"""The inbox: who has read which mail; messages on cases: whose they are, drafts, files, readings, none ever changed."""

import core.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: What issuers wrote for both sides until now: no officer's, and not the platform's own.
FROM_ISSUERS = """
UPDATE core_casenote n SET from_issuer = true
WHERE n.audience = 'issuer' AND n.author_label <> 'Assay' AND NOT EXISTS (
    SELECT 1 FROM core_membership m JOIN core_organisation o ON o.id = m.organisation_id
    WHERE m.user_id = n.author_id AND o.kind = 'authority'
);
"""
APPEND_ONLY = ("core_casenote", "core_caseenclosure", "core_casereading")
REFUSE_CHANGE = "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION core_refuse_change();"
    for table in APPEND_ONLY
)
ALLOW_CHANGE = "".join(f"DROP TRIGGER append_only ON {table};" for table in APPEND_ONLY)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0009_mail'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('text', models.TextField()),
                ('saved_at', models.DateTimeField(default=core.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='CaseEnclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=100)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='CaseReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField(default=core.clock.now)),
            ],
        ),
        migrations.AddField(
            model_name='case',
            name='answer_by',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='unanswered_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='casenote',
            name='answer_by',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='casenote',
            name='from_issuer',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='casenote',
            name='key',
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='message',
            name='read_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('unanswered_since__isnull', False)), fields=['unanswered_since'], name='case_unanswered'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['recipient'], name='message_unread'),
        ),
        migrations.AddField(
            model_name='casedraft',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casedraft',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='core.case'),
        ),
        migrations.AddField(
            model_name='caseenclosure',
            name='blob',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.blob'),
        ),
        migrations.AddField(
            model_name='caseenclosure',
            name='note',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enclosures', to='core.casenote'),
        ),
        migrations.AddField(
            model_name='casereading',
            name='note',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reading', to='core.casenote'),
        ),
        migrations.AddField(
            model_name='casereading',
            name='reader',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='casedraft',
            constraint=models.UniqueConstraint(fields=('case', 'author'), name='case_draft_once'),
        ),
        migrations.RunSQL(FROM_ISSUERS, migrations.RunSQL.noop),
        migrations.RunSQL(REFUSE_CHANGE, ALLOW_CHANGE),
    ]
