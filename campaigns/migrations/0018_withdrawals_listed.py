"""A withdrawal stands in the list of corrections, those that were made before as well.

On the way back the list says nothing of withdrawals, as before; the records keep their reasons.
"""

from django.db import migrations, models
from django.utils import timezone

from campaigns.models.seals import seal, seals_before

#: The nouns with a state, but for the campaign: a campaign that is withdrawn shows no list.
_NOUNS = ("actor", "source", "statement", "demand", "event", "outcome")


def _remember(apps, row, kind):
    versions = apps.get_model("campaigns", "HistoricalCorrection")
    values = {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}
    version = versions(**values, history_type=kind, history_date=timezone.now())
    version.seal = seal(version, seals_before(versions, [row.pk]).get(row.pk, ""))
    version.save()


def tell(apps, schema_editor):
    """List each record that readers saw and that is withdrawn now, at the moment when its reason was first written."""
    correction = apps.get_model("campaigns", "Correction")
    for noun in _NOUNS:
        model = apps.get_model("campaigns", noun)
        versions = apps.get_model("campaigns", f"Historical{noun}")._default_manager.order_by("history_id")
        for record in model._default_manager.filter(state="withdrawn").iterator(500):
            mine = list(versions.filter(id=record.pk).values_list("state", "history_date"))
            seen = [place for place, (state, _) in enumerate(mine) if state == "published"]
            if not seen:
                continue
            at = mine[min(seen[-1] + 1, len(mine) - 1)][1]
            campaign = record.demand.campaign if noun == "outcome" else record.campaign
            if campaign.state != "published":  # then readers had seen nothing
                continue
            row = correction.objects.create(
                campaign=campaign, kind="withdrawal", sentence=record.withdrawal_reason, at=at, **{noun: record}
            )
            _remember(apps, row, "+")
    schema_editor.connection.check_constraints()


def forget(apps, schema_editor):
    for row in apps.get_model("campaigns", "Correction").objects.filter(kind="withdrawal"):
        _remember(apps, row, "-")
        row.delete()
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0017_proposed_change'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='correction',
            name='correction_says_what',
        ),
        migrations.AlterField(
            model_name='correction',
            name='kind',
            field=models.CharField(choices=[('typo', 'a slip of ours: a few letters; nothing that was said changes'), ('correction', 'a correction: readers were told something else'), ('withdrawal', 'a withdrawal: the record is not shown any more')], max_length=10, verbose_name='what it is'),
        ),
        migrations.AlterField(
            model_name='historicalcorrection',
            name='kind',
            field=models.CharField(choices=[('typo', 'a slip of ours: a few letters; nothing that was said changes'), ('correction', 'a correction: readers were told something else'), ('withdrawal', 'a withdrawal: the record is not shown any more')], max_length=10, verbose_name='what it is'),
        ),
        migrations.AlterField(
            model_name='proposedchange',
            name='kind',
            field=models.CharField(blank=True, choices=[('typo', 'a slip of ours: a few letters; nothing that was said changes'), ('correction', 'a correction: readers were told something else'), ('withdrawal', 'a withdrawal: the record is not shown any more')], max_length=10, verbose_name='what it is'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'typo'), ('sentence', '')), models.Q(('kind__in', ['correction', 'withdrawal']), models.Q(('sentence', ''), _negated=True)), _connector='OR'), name='correction_says_what', violation_error_message='A correction says what was corrected; a typo says nothing.'),
        ),
        migrations.RunPython(tell, forget),
    ]
