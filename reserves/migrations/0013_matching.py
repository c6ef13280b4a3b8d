import django.db.models.deletion
from django.db import migrations, models

#: Columns are compressed already, so the database need not try; like the rows they are never changed.
FORWARD = """
ALTER TABLE reserves_linecolumns ALTER COLUMN columns SET STORAGE EXTERNAL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reserves_linecolumns
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
BACKWARD = "DROP TRIGGER append_only ON reserves_linecolumns;"


class Migration(migrations.Migration):

    dependencies = [
        ('reserves', '0012_transfers'),
    ]

    operations = [
        migrations.CreateModel(
            name='LineColumns',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('columns', models.BinaryField(help_text='An Arrow IPC stream, compressed with LZ4')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.feedfile')),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
