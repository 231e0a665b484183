"""The page of downloads."""

import re

import pytest

from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_it_names_every_format_and_the_licence(client):
    campaign = make.make_campaign(licence="CC BY 4.0")
    page = client.get(f"/{campaign.slug}/data/")
    links = re.findall(r'href="([^"]+)"', page.content.decode().partition("<main")[2].partition("</main>")[0])
    base = f"/{campaign.slug}"
    data = [f"{base}/data/{name}" for name in ("campaign.yaml", "campaign.json", "answers.json")]
    assert links == [*data, f"{base}/feed.atom"]
    assert "Licence CC BY 4.0" in text(page)


def test_without_a_licence_it_says_so(client):
    assert "No licence is stated: ask before you publish" in text(client.get(f"/{make.make_campaign().slug}/data/"))
