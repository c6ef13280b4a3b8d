import django.db.models.deletion
from django.db import migrations, models

#: Whatever stores lines (COPY or INSERT), the accounts they are on are noted in the same statement.
FORWARD = """
CREATE FUNCTION reserves_note_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reserves_heldaccount (file_id, account_id, custodian)
    SELECT DISTINCT file_id, account_id, custodian FROM stored
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER note_accounts AFTER INSERT ON reserves_holding REFERENCING NEW TABLE AS stored
    FOR EACH STATEMENT EXECUTE FUNCTION reserves_note_accounts();
INSERT INTO reserves_heldaccount (file_id, account_id, custodian)
    SELECT DISTINCT file_id, account_id, custodian FROM reserves_holding;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reserves_heldaccount
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
BACKWARD = """
DROP TRIGGER append_only ON reserves_heldaccount;
DROP TRIGGER note_accounts ON reserves_holding;
DROP FUNCTION reserves_note_accounts();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reserves', '0010_intake'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeldAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=80)),
                ('custodian', models.CharField(max_length=200)),
                ('file', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.feedfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account_id', 'custodian', 'file'), name='held_account_once')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
