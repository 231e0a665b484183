"""Give every version that is there already its seal."""

from django.db import migrations, models

from campaigns.models.seals import seal_all


def seal(apps, schema_editor):
    for model in apps.get_app_config("campaigns").get_models():
        if model.__name__.startswith("Historical"):
            seal_all(model)


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0008_invitation'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalactor',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalcampaign',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalcheck',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalcitation',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalcorrection',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicaldemand',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicaleffect',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalevent',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalissuance',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalmembership',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicaloutcome',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalparticipant',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalparty',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalrelation',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalresponse',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalsource',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='historicalstatement',
            name='seal',
            field=models.CharField(default='', editable=False, max_length=64),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
