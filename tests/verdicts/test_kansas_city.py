"""Kansas City: the product concludes what was worked out by hand, pair by pair."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from campaigns.models import Campaign
from campaigns.verdicts import answers_of

TRUTH = json.loads((Path(__file__).parent.parent / "data" / "kansas-city-answers.json").read_text(encoding="utf-8"))
DEMO = Path(settings.BASE_DIR, "campaigns", "demo", "kansas-city.yaml")

pytestmark = pytest.mark.django_db


def test_the_demo_gives_the_truth(client, capsys):
    call_command("import_campaign", DEMO, publish=True)
    campaign = Campaign.objects.get()
    assert answers_of(campaign, dt.date.fromisoformat(TRUTH["at"])) == TRUTH
    answered = client.get(f"/{campaign.slug}/data/answers.json?at={TRUTH['at']}")
    assert (answered.status_code, answered["Content-Type"], answered.json()) == (200, "application/json", TRUTH)
