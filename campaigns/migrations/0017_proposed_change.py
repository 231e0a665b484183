"""Proposed changes of published records; what a slip is, in the choice of a correction."""

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0016_verdicts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='correction',
            name='kind',
            field=models.CharField(choices=[('typo', 'a slip of ours: a few letters; nothing that was said changes'), ('correction', 'a correction: readers were told something else')], max_length=10, verbose_name='what it is'),
        ),
        migrations.AlterField(
            model_name='historicalcorrection',
            name='kind',
            field=models.CharField(choices=[('typo', 'a slip of ours: a few letters; nothing that was said changes'), ('correction', 'a correction: readers were told something else')], max_length=10, verbose_name='what it is'),
        ),
        migrations.CreateModel(
            name='ProposedChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('noun', models.CharField(max_length=20, verbose_name='kind of record')),
                ('record', models.PositiveBigIntegerField(verbose_name='number of the record')),
                ('label', models.CharField(max_length=200, verbose_name='name of the record')),
                ('rows', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='rows')),
                ('kind', models.CharField(blank=True, choices=[('typo', 'a slip of ours: a few letters; nothing that was said changes'), ('correction', 'a correction: readers were told something else')], max_length=10, verbose_name='what it is')),
                ('sentence', models.TextField(blank=True, verbose_name='what was corrected')),
                ('hides_earlier', models.BooleanField(default=False, verbose_name='what stood there must not be shown any more')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='proposed')),
                ('state', models.CharField(choices=[('waiting', 'waits for a second reader'), ('accepted', 'accepted'), ('returned', 'returned')], default='waiting', max_length=10, verbose_name='state')),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='decided')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposed_changes', to='campaigns.campaign', verbose_name='campaign')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
            ],
            options={
                'verbose_name': 'proposed change',
                'verbose_name_plural': 'proposed changes',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['noun', 'record'], name='proposed_about')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'waiting')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['accepted', 'returned'])), _connector='OR'), name='proposed_decided', violation_error_message='Who decides a proposed change, and when, is noted with the decision.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), models.Q(('decided_by', models.F('by')), _negated=True), _connector='OR'), name='proposed_second_person', violation_error_message='A second person accepts a proposed change.')],
            },
        ),
    ]
