"""What goes in comes out: the campaign file loses nothing on its way through the database."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

pytestmark = pytest.mark.django_db

KANSAS_CITY = Path(settings.BASE_DIR) / "campaigns" / "demo" / "kansas-city.yaml"


def through(source: Path, target: Path, *, form: str, publish: bool = False) -> bytes:
    """Import a file into an empty database, export it to another, and leave the database empty."""
    with transaction.atomic():
        call_command("import_campaign", str(source), publish=publish, verbosity=0)
        call_command("export_campaign", "kansas-city", format=form, output=target)
        transaction.set_rollback(True)
    return target.read_bytes()


def lost(before: Any, after: Any, path: str = "") -> list[str]:
    """Return the paths of what stands before and does not stand after."""
    if isinstance(before, dict):
        return [
            found
            for key, value in before.items()
            for found in (lost(value, after[key], f"{path}.{key}") if key in after else [f"{path}.{key}"])
        ]
    if isinstance(before, list) and all(isinstance(item, dict) and "slug" in item for item in before):
        by_slug = {item["slug"]: item for item in after}
        return [found for item in before for found in lost(item, by_slug[item["slug"]], f"{path}[{item['slug']}]")]
    if isinstance(before, list) and len(before) == len(after):
        return [
            found
            for number, (one, other) in enumerate(zip(before, after, strict=True))
            for found in lost(one, other, f"{path}[{number}]")
        ]
    return [] if before == after else [path]


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_an_export_imported_into_an_empty_database_exports_the_same_bytes(form: str, tmp_path: Path):
    first = through(KANSAS_CITY, tmp_path / f"first.{form}", form=form, publish=True)
    assert through(tmp_path / f"first.{form}", tmp_path / f"second.{form}", form=form) == first


def test_every_key_and_value_of_the_real_campaign_is_in_its_export(tmp_path: Path):
    exported = yaml.safe_load(through(KANSAS_CITY, tmp_path / "out.yaml", form="yaml", publish=True))
    assert lost(yaml.safe_load(KANSAS_CITY.read_bytes()), exported) == []
