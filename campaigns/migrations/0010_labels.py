"""Name in translatable words what a link leads to; no table changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0009_seals'),
    ]

    operations = [
        migrations.AlterField(
            model_name='citation',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='campaigns.actor', verbose_name='actor'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='demand',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='campaigns.demand', verbose_name='demand'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='campaigns.event', verbose_name='event'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='issuance',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='campaigns.issuance', verbose_name='issuance'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='membership',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='campaigns.membership', verbose_name='membership'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='outcome',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='campaigns.outcome', verbose_name='outcome'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='campaigns.statement', verbose_name='statement'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='campaigns.actor', verbose_name='actor'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='demand',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='campaigns.demand', verbose_name='demand'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='campaigns.event', verbose_name='event'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='outcome',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='campaigns.outcome', verbose_name='outcome'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='campaigns.source', verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='campaigns.statement', verbose_name='statement'),
        ),
        migrations.AlterField(
            model_name='effect',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='effects', to='campaigns.event', verbose_name='event'),
        ),
        migrations.AlterField(
            model_name='historicalcitation',
            name='actor',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.actor', verbose_name='actor'),
        ),
        migrations.AlterField(
            model_name='historicalcitation',
            name='demand',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.demand', verbose_name='demand'),
        ),
        migrations.AlterField(
            model_name='historicalcitation',
            name='event',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.event', verbose_name='event'),
        ),
        migrations.AlterField(
            model_name='historicalcitation',
            name='issuance',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.issuance', verbose_name='issuance'),
        ),
        migrations.AlterField(
            model_name='historicalcitation',
            name='membership',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.membership', verbose_name='membership'),
        ),
        migrations.AlterField(
            model_name='historicalcitation',
            name='outcome',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.outcome', verbose_name='outcome'),
        ),
        migrations.AlterField(
            model_name='historicalcitation',
            name='statement',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.statement', verbose_name='statement'),
        ),
        migrations.AlterField(
            model_name='historicalcorrection',
            name='actor',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.actor', verbose_name='actor'),
        ),
        migrations.AlterField(
            model_name='historicalcorrection',
            name='demand',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.demand', verbose_name='demand'),
        ),
        migrations.AlterField(
            model_name='historicalcorrection',
            name='event',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.event', verbose_name='event'),
        ),
        migrations.AlterField(
            model_name='historicalcorrection',
            name='outcome',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.outcome', verbose_name='outcome'),
        ),
        migrations.AlterField(
            model_name='historicalcorrection',
            name='source',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.source', verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='historicalcorrection',
            name='statement',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.statement', verbose_name='statement'),
        ),
        migrations.AlterField(
            model_name='historicaleffect',
            name='event',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.event', verbose_name='event'),
        ),
        migrations.AlterField(
            model_name='historicalissuance',
            name='demand',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.demand', verbose_name='demand'),
        ),
        migrations.AlterField(
            model_name='historicalparticipant',
            name='statement',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.statement', verbose_name='statement'),
        ),
        migrations.AlterField(
            model_name='historicalparty',
            name='demand',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.demand', verbose_name='demand'),
        ),
        migrations.AlterField(
            model_name='historicalrelation',
            name='statement',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.statement', verbose_name='statement'),
        ),
        migrations.AlterField(
            model_name='historicalresponse',
            name='statement',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.statement', verbose_name='statement'),
        ),
        migrations.AlterField(
            model_name='issuance',
            name='demand',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issuances', to='campaigns.demand', verbose_name='demand'),
        ),
        migrations.AlterField(
            model_name='participant',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='campaigns.statement', verbose_name='statement'),
        ),
        migrations.AlterField(
            model_name='party',
            name='demand',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='campaigns.demand', verbose_name='demand'),
        ),
        migrations.AlterField(
            model_name='relation',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relations', to='campaigns.statement', verbose_name='statement'),
        ),
        migrations.AlterField(
            model_name='response',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='campaigns.statement', verbose_name='statement'),
        ),
    ]
