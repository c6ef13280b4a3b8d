from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('aml', '0005_names'),
    ]

    operations = [
        migrations.AlterField(
            model_name='replacement',
            name='reason',
            field=models.CharField(choices=[('reorg', 'The chain took the block back'), ('correction', 'The sender corrected its file'), ('chain', 'The chain does not have it, or has it otherwise')], max_length=10),
        ),
    ]
