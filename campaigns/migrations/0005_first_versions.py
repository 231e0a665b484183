"""Give every row that is there already its first version: the first edit would lose what it replaces."""

from django.db import migrations
from django.utils import timezone

BATCH = 500


def keep(apps, schema_editor):
    now = timezone.now()
    for history in apps.get_app_config("campaigns").get_models():
        if not history.__name__.startswith("Historical"):
            continue
        model = apps.get_model("campaigns", history.__name__.removeprefix("Historical"))
        fields = [field.attname for field in model._meta.concrete_fields]
        versions = []
        for row in model._base_manager.order_by("pk").values(*fields).iterator(BATCH):
            versions.append(history(history_type="+", history_date=now, history_change_reason="start", **row))
            if len(versions) == BATCH:
                history._base_manager.bulk_create(versions)
                versions.clear()
        history._base_manager.bulk_create(versions)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_history")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
