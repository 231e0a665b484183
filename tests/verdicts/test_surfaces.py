"""Kansas City, every pair on every surface: the same sentence everywhere, and one place that works it out."""

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from campaigns.models import Actor, Campaign
from campaigns.share_cards.words import of_campaign, of_demand
from campaigns.verdicts import addressed, put_to, rulings

pytestmark = pytest.mark.django_db

DEMO = Path(settings.BASE_DIR, "campaigns", "demo", "kansas-city.yaml")


def shown(client, path: str) -> str:
    """The words of a page as a reader has them."""
    answered = client.get(path, headers={"Accept-Encoding": "identity"})
    assert answered.status_code == 200, path
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answered.content.decode())).split())


def described(client, path: str) -> str:
    """What oEmbed says of a page."""
    return str(client.get("/oembed", {"url": f"http://testserver{path}"}).json()["description"])


def test_every_surface_says_the_same_sentence_of_each_pair(client, capsys, monkeypatch):
    monkeypatch.setattr("campaigns.feeds.LIMIT", 200)
    call_command("import_campaign", DEMO, publish=True)
    campaign = Campaign.objects.get()
    base, frame = f"/{campaign.slug}", f"/embed/{campaign.slug}"
    demands = list(campaign.demands.published())
    found = rulings(demands, campaign.today())
    pairs = [verdict for ruling in found.values() for verdict in ruling.verdicts]
    assert len(pairs) == 34
    for path in ("/", f"{base}/demands/", f"{base}/answers/", f"{frame}/answers/?limit=50", f"{frame}/lanes/"):
        page = shown(client, path)
        assert [verdict for verdict in pairs if verdict.words not in page] == [], path
    for ruling in found.values():
        for path in (f"{base}/demands/{ruling.demand.slug}/", f"{frame}/demands/{ruling.demand.slug}/"):
            page = shown(client, path)
            assert [verdict for verdict in ruling.verdicts if verdict.words not in page] == [], path
        results = shown(client, f"{base}/search/?noun=demands&q={ruling.demand.title.replace(' ', '+')}")
        assert ruling.words in results
        assert of_demand(ruling).words == ruling.words
        assert described(client, f"{base}/demands/{ruling.demand.slug}/") == ruling.words
    feed = shown(client, f"{base}/feed.atom")
    assert [ruling.demand for ruling in found.values() if ruling.words not in feed] == []
    assert described(client, f"{base}/answers/") == of_campaign(campaign, found).words
    actors = list(Actor.objects.filter(pk__in={verdict.addressee.pk for verdict in pairs}))
    for actor in actors:
        kind = "officials" if actor.kind == "person" else f"{actor.kind}s"
        page = shown(client, f"{base}/{kind}/{actor.slug}/")
        verdicts = put_to([actor], campaign.today())[actor.pk]
        assert [verdict for verdict in verdicts if verdict.words not in page] == []
        if actor.kind != "post":
            assert described(client, f"{base}/{kind}/{actor.slug}/") == addressed(verdicts)


#: What a verdict is made of: whoever else names one of these works a state out for itself.
INGREDIENTS = re.compile(
    r"\b(may_cover|speaks_for|Check\.Found|Stance\.(ACKNOWLEDGES|DEFLECTS|NO_POSITION)|Status\.(DONE|OVERTAKEN|WITHDRAWN)"
    r"|replies_of_others|AnswerState\.[A-Z_]+)\b"
)
#: Who may name them, and why.
ALLOWED = {
    "actors/merging.py": "names the columns of an actor",
    "models/actor.py": "the columns",
    "models/outcome.py": "the columns",
    "models/statement.py": "the relation",
    "views/about.py": "the vocabulary in words",
    "lane_chart/geometry.py": "draws the states of verdicts",
    "lane_chart/elements.py": "counts the states of verdicts",
    "lane_chart/facts.py": "which replies the chart shows",
    "timeline/facets.py": "which replies belong to a demand's timeline",
    "timeline/stream.py": "which replies belong to a demand's timeline",
    "share_cards/words.py": "draws the states of verdicts",
}


def test_no_other_place_computes_a_state():
    places = set()
    for path in Path(settings.BASE_DIR, "campaigns").rglob("*.py"):
        name = path.relative_to(Path(settings.BASE_DIR, "campaigns")).as_posix()
        outside = not name.startswith(("verdicts/", "migrations/", "campaign_file/", "schemas/", "admin/"))
        if outside and INGREDIENTS.search(path.read_text(encoding="utf-8")):
            places.add(name)
    assert places - ALLOWED.keys() == set()
