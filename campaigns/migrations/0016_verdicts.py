"""Life spans, who speaks for whom, due dates, deadlines, two stances, and checks that a source reports.

On the way back stays what the older version has words for: of the checks those of an editor, for one demand and one
addressee on a day; of the two stances the nearest older one.
"""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from campaigns.models.seals import seal_all

#: The nearest words that the older version has.
_OLDER = {"supports": "accepts", "opposes": "rejects"}
#: The tables whose versions say less on the way back.
_SHORTER = ("actor", "check", "citation", "membership", "response", "statement")


def forget(apps, schema_editor):
    now = timezone.now()

    def remember(rows, kind):
        for row in rows:
            values = {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}
            versions = apps.get_model("campaigns", f"Historical{row._meta.object_name}")
            versions.objects.create(**values, history_type=kind, history_date=now)

    check, citation, response = (apps.get_model("campaigns", name) for name in ("Check", "Citation", "Response"))
    told = check.objects.filter(demand__isnull=False, addressee__isnull=False, reported_by=None, precision=10)
    kept = told.filter(found="nothing_found").values("pk")
    for rows in (citation.objects.filter(look__isnull=False), check.objects.exclude(pk__in=kept)):
        remember(rows, "-")
        rows.delete()
    for row in response.objects.filter(stance__in=_OLDER):
        row.stance = _OLDER[row.stance]
        row.save()
        remember([row], "~")
    # PostgreSQL alters no table while a row of it waits for the end of the transaction to be checked.
    schema_editor.connection.check_constraints()


def seal(apps, schema_editor):
    for name in _SHORTER:
        seal_all(apps.get_model("campaigns", f"Historical{name}"))


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0015_clearance'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, seal),
        migrations.AlterModelOptions(
            name='check',
            options={'ordering': ['date', 'precision', 'pk'], 'verbose_name': 'check', 'verbose_name_plural': 'checks'},
        ),
        migrations.RemoveConstraint(
            model_name='check',
            name='check_once_a_day',
        ),
        migrations.RemoveConstraint(
            model_name='citation',
            name='citation_one_subject',
        ),
        migrations.AddField(
            model_name='actor',
            name='end_date',
            field=models.DateField(blank=True, null=True, verbose_name='existed until'),
        ),
        migrations.AddField(
            model_name='actor',
            name='end_precision',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'year'), (7, 'month'), (10, 'day')], default=None, null=True, verbose_name='precision'),
        ),
        migrations.AddField(
            model_name='actor',
            name='speaks_for',
            field=models.BooleanField(default=False, help_text='For its head or spokesperson: what they say is the organization’s own word.', verbose_name='its holder speaks for the organization'),
        ),
        migrations.AddField(
            model_name='actor',
            name='start_date',
            field=models.DateField(blank=True, null=True, verbose_name='exists from'),
        ),
        migrations.AddField(
            model_name='actor',
            name='start_precision',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'year'), (7, 'month'), (10, 'day')], default=None, null=True, verbose_name='precision'),
        ),
        migrations.AddField(
            model_name='check',
            name='found',
            field=models.CharField(choices=[('nothing_found', 'nothing found'), ('no_response', 'did not respond'), ('declined', 'declined to comment'), ('unreachable', 'could not be reached')], default='nothing_found', max_length=15, verbose_name='what was found'),
        ),
        migrations.AddField(
            model_name='check',
            name='letter',
            field=models.ForeignKey(blank=True, help_text='Where they were asked about all of it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='campaigns.statement', verbose_name='or the whole letter'),
        ),
        migrations.AddField(
            model_name='check',
            name='precision',
            field=models.PositiveSmallIntegerField(choices=[(4, 'year'), (7, 'month'), (10, 'day')], default=10, verbose_name='precision'),
        ),
        migrations.AddField(
            model_name='check',
            name='reported_by',
            field=models.ForeignKey(blank=True, help_text='Only where the source says it in somebody’s name: what the asking side reports is no look.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reported_checks', to='campaigns.actor', verbose_name='reported by'),
        ),
        migrations.AddField(
            model_name='citation',
            name='look',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='campaigns.check', verbose_name='check'),
        ),
        migrations.AddField(
            model_name='historicalactor',
            name='end_date',
            field=models.DateField(blank=True, null=True, verbose_name='existed until'),
        ),
        migrations.AddField(
            model_name='historicalactor',
            name='end_precision',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'year'), (7, 'month'), (10, 'day')], default=None, null=True, verbose_name='precision'),
        ),
        migrations.AddField(
            model_name='historicalactor',
            name='speaks_for',
            field=models.BooleanField(default=False, help_text='For its head or spokesperson: what they say is the organization’s own word.', verbose_name='its holder speaks for the organization'),
        ),
        migrations.AddField(
            model_name='historicalactor',
            name='start_date',
            field=models.DateField(blank=True, null=True, verbose_name='exists from'),
        ),
        migrations.AddField(
            model_name='historicalactor',
            name='start_precision',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'year'), (7, 'month'), (10, 'day')], default=None, null=True, verbose_name='precision'),
        ),
        migrations.AddField(
            model_name='historicalcheck',
            name='found',
            field=models.CharField(choices=[('nothing_found', 'nothing found'), ('no_response', 'did not respond'), ('declined', 'declined to comment'), ('unreachable', 'could not be reached')], default='nothing_found', max_length=15, verbose_name='what was found'),
        ),
        migrations.AddField(
            model_name='historicalcheck',
            name='letter',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Where they were asked about all of it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.statement', verbose_name='or the whole letter'),
        ),
        migrations.AddField(
            model_name='historicalcheck',
            name='precision',
            field=models.PositiveSmallIntegerField(choices=[(4, 'year'), (7, 'month'), (10, 'day')], default=10, verbose_name='precision'),
        ),
        migrations.AddField(
            model_name='historicalcheck',
            name='reported_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='Only where the source says it in somebody’s name: what the asking side reports is no look.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.actor', verbose_name='reported by'),
        ),
        migrations.AddField(
            model_name='historicalcitation',
            name='look',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.check', verbose_name='check'),
        ),
        migrations.AddField(
            model_name='historicalmembership',
            name='speaks_for',
            field=models.BooleanField(default=False, help_text='For its head or spokesperson: what they say is the organization’s own word.', verbose_name='speaks for the organization'),
        ),
        migrations.AddField(
            model_name='historicalresponse',
            name='due_date',
            field=models.DateField(blank=True, null=True, verbose_name='promised for'),
        ),
        migrations.AddField(
            model_name='historicalresponse',
            name='due_precision',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'year'), (7, 'month'), (10, 'day')], default=None, null=True, verbose_name='precision'),
        ),
        migrations.AddField(
            model_name='historicalstatement',
            name='deadline_date',
            field=models.DateField(blank=True, null=True, verbose_name='asks for an answer by'),
        ),
        migrations.AddField(
            model_name='historicalstatement',
            name='deadline_precision',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'year'), (7, 'month'), (10, 'day')], default=None, null=True, verbose_name='precision'),
        ),
        migrations.AddField(
            model_name='membership',
            name='speaks_for',
            field=models.BooleanField(default=False, help_text='For its head or spokesperson: what they say is the organization’s own word.', verbose_name='speaks for the organization'),
        ),
        migrations.AddField(
            model_name='response',
            name='due_date',
            field=models.DateField(blank=True, null=True, verbose_name='promised for'),
        ),
        migrations.AddField(
            model_name='response',
            name='due_precision',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'year'), (7, 'month'), (10, 'day')], default=None, null=True, verbose_name='precision'),
        ),
        migrations.AddField(
            model_name='statement',
            name='deadline_date',
            field=models.DateField(blank=True, null=True, verbose_name='asks for an answer by'),
        ),
        migrations.AddField(
            model_name='statement',
            name='deadline_precision',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'year'), (7, 'month'), (10, 'day')], default=None, null=True, verbose_name='precision'),
        ),
        migrations.AlterField(
            model_name='check',
            name='addressee',
            field=models.ForeignKey(blank=True, help_text='Empty: everybody to whom it was put.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='campaigns.actor', verbose_name='addressee'),
        ),
        migrations.AlterField(
            model_name='check',
            name='demand',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='campaigns.demand', verbose_name='demand'),
        ),
        migrations.AlterField(
            model_name='historicalcheck',
            name='addressee',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='Empty: everybody to whom it was put.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='campaigns.actor', verbose_name='addressee'),
        ),
        migrations.AlterField(
            model_name='historicalresponse',
            name='stance',
            field=models.CharField(choices=[('accepts', 'accepts'), ('promises', 'promises'), ('acts', 'acts'), ('partial', 'accepts in part'), ('acknowledges', 'acknowledges'), ('deflects', 'deflects'), ('rejects', 'rejects'), ('supports', 'supports'), ('opposes', 'opposes'), ('no_position', 'takes no position')], max_length=12, verbose_name='stance'),
        ),
        migrations.AlterField(
            model_name='response',
            name='stance',
            field=models.CharField(choices=[('accepts', 'accepts'), ('promises', 'promises'), ('acts', 'acts'), ('partial', 'accepts in part'), ('acknowledges', 'acknowledges'), ('deflects', 'deflects'), ('rejects', 'rejects'), ('supports', 'supports'), ('opposes', 'opposes'), ('no_position', 'takes no position')], max_length=12, verbose_name='stance'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(('speaks_for', False), models.Q(('kind', 'post'), ('organization__isnull', False)), _connector='OR'), name='actor_speaks_for_something', violation_error_message='Only a post of an organization speaks for one.'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'person'), _negated=True), models.Q(('end_date', None), ('start_date', None)), _connector='OR'), name='actor_life_span', violation_error_message='Only an organization or a post has a first and a last day; a person has roles, from–to.'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('start_date', None), ('start_precision', None)), models.Q(('start_date__isnull', False), ('start_precision__isnull', False), models.Q(('start_precision', 10), models.Q(('start_date__endswith', '-01'), ('start_precision', 7)), models.Q(('start_date__endswith', '-01-01'), ('start_precision', 4)), _connector='OR')), _connector='OR'), name='actor_start_fits', violation_error_message='A month is stored as its first day and a year as its first of January.'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_date', None), ('end_precision', None)), models.Q(('end_date__isnull', False), ('end_precision__isnull', False), models.Q(('end_precision', 10), models.Q(('end_date__endswith', '-01'), ('end_precision', 7)), models.Q(('end_date__endswith', '-01-01'), ('end_precision', 4)), _connector='OR')), _connector='OR'), name='actor_end_fits', violation_error_message='A month is stored as its first day and a year as its first of January.'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(('end_date', None), ('start_date', None), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Substr(django.db.models.functions.comparison.Cast(models.F('end_date'), models.TextField()), 1, django.db.models.functions.comparison.Cast(models.F('end_precision'), models.IntegerField())), django.db.models.functions.text.Substr(django.db.models.functions.comparison.Cast(models.F('start_date'), models.TextField()), 1, django.db.models.functions.comparison.Cast(models.F('end_precision'), models.IntegerField()))), _connector='OR'), name='actor_ends_after_start', violation_error_message='The end lies before the start.'),
        ),
        migrations.AddConstraint(
            model_name='check',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('demand__isnull', False), ('letter', None)), models.Q(('demand', None), ('letter__isnull', False)), _connector='OR'), name='check_demand_or_letter', violation_error_message='A check is about one demand or about a whole letter; not both.'),
        ),
        migrations.AddConstraint(
            model_name='check',
            constraint=models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('demand', 0), django.db.models.functions.comparison.Coalesce('letter', 0), django.db.models.functions.comparison.Coalesce('addressee', 0), django.db.models.functions.comparison.Coalesce('reported_by', 0), models.F('date'), models.F('precision'), condition=models.Q(('found', 'nothing_found')), name='check_once_a_day', violation_error_message='That somebody looked then and found nothing is noted already.'),
        ),
        migrations.AddConstraint(
            model_name='check',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('date', None), ('precision', None)), models.Q(('date__isnull', False), ('precision__isnull', False), models.Q(('precision', 10), models.Q(('date__endswith', '-01'), ('precision', 7)), models.Q(('date__endswith', '-01-01'), ('precision', 4)), _connector='OR')), _connector='OR'), name='check_date_fits', violation_error_message='A month is stored as its first day and a year as its first of January.'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('actor__isnull', False), ('demand__isnull', True), ('event__isnull', True), ('issuance__isnull', True), ('look__isnull', True), ('membership__isnull', True), ('outcome__isnull', True), ('statement__isnull', True)), models.Q(('actor__isnull', True), ('demand__isnull', True), ('event__isnull', True), ('issuance__isnull', True), ('look__isnull', True), ('membership__isnull', False), ('outcome__isnull', True), ('statement__isnull', True)), models.Q(('actor__isnull', True), ('demand__isnull', True), ('event__isnull', True), ('issuance__isnull', True), ('look__isnull', True), ('membership__isnull', True), ('outcome__isnull', True), ('statement__isnull', False)), models.Q(('actor__isnull', True), ('demand__isnull', False), ('event__isnull', True), ('issuance__isnull', True), ('look__isnull', True), ('membership__isnull', True), ('outcome__isnull', True), ('statement__isnull', True)), models.Q(('actor__isnull', True), ('demand__isnull', True), ('event__isnull', True), ('issuance__isnull', False), ('look__isnull', True), ('membership__isnull', True), ('outcome__isnull', True), ('statement__isnull', True)), models.Q(('actor__isnull', True), ('demand__isnull', True), ('event__isnull', False), ('issuance__isnull', True), ('look__isnull', True), ('membership__isnull', True), ('outcome__isnull', True), ('statement__isnull', True)), models.Q(('actor__isnull', True), ('demand__isnull', True), ('event__isnull', True), ('issuance__isnull', True), ('look__isnull', True), ('membership__isnull', True), ('outcome__isnull', False), ('statement__isnull', True)), models.Q(('actor__isnull', True), ('demand__isnull', True), ('event__isnull', True), ('issuance__isnull', True), ('look__isnull', False), ('membership__isnull', True), ('outcome__isnull', True), ('statement__isnull', True)), _connector='OR'), name='citation_one_subject', violation_error_message='A citation belongs to exactly one record.'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.UniqueConstraint(condition=models.Q(('about', '')), fields=('look', 'source'), name='citation_look_unique', violation_error_message='This source is cited already.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('speaks_for', False), ('organization__isnull', False), _connector='OR'), name='membership_speaks_for_something', violation_error_message='Whoever speaks for an organization needs one, or a post with one.'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_date', None), ('due_precision', None)), models.Q(('due_date__isnull', False), ('due_precision__isnull', False), models.Q(('due_precision', 10), models.Q(('due_date__endswith', '-01'), ('due_precision', 7)), models.Q(('due_date__endswith', '-01-01'), ('due_precision', 4)), _connector='OR')), _connector='OR'), name='response_due_fits', violation_error_message='A month is stored as its first day and a year as its first of January.'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deadline_date', None), ('deadline_precision', None)), models.Q(('deadline_date__isnull', False), ('deadline_precision__isnull', False), models.Q(('deadline_precision', 10), models.Q(('deadline_date__endswith', '-01'), ('deadline_precision', 7)), models.Q(('deadline_date__endswith', '-01-01'), ('deadline_precision', 4)), _connector='OR')), _connector='OR'), name='statement_deadline_fits', violation_error_message='A month is stored as its first day and a year as its first of January.'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('deadline_date', None), ('date', None), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Substr(django.db.models.functions.comparison.Cast(models.F('deadline_date'), models.TextField()), 1, django.db.models.functions.comparison.Cast(models.F('deadline_precision'), models.IntegerField())), django.db.models.functions.text.Substr(django.db.models.functions.comparison.Cast(models.F('date'), models.TextField()), 1, django.db.models.functions.comparison.Cast(models.F('deadline_precision'), models.IntegerField()))), _connector='OR'), name='statement_deadline_after_date', violation_error_message='The deadline lies before the statement.'),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget),
    ]
