"""The front door, and a campaign's overview."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_bidi

from campaigns.answers import marks, standings, tally
from campaigns.board import longest_waits
from campaigns.cards import of_campaign
from campaigns.embeddable import Embeddable
from campaigns.http import public, public_campaign, render_page
from campaigns.lanes import facts, figure
from campaigns.models import Campaign
from campaigns.timeline import Stream

__all__ = ["campaign", "home"]


@public
def home(request: HttpRequest) -> HttpResponse:
    """Show the campaign, or the list where there are several or none."""
    campaigns = list(Campaign.objects.published().with_counts())
    if len(campaigns) == 1:
        return campaign(request, campaign_slug=campaigns[0].slug)
    return render_page(request, "campaigns/home.html", {"campaigns": campaigns})


@public_campaign
def campaign(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show who asks, every demand with its answer states and age, and what happened last."""
    at = campaign.today()
    demands = list(campaign.demands.published().select_related("campaign"))
    found = standings(demands, at, history=1)
    counted, window = tally(found), Stream.of(campaign).newest(5)
    context = {
        "campaign": campaign,
        "embeddable": Embeddable.at(
            "campaign", {"campaign_slug": campaign.slug}, ""
        ),  # also where it is the front page
        "at": at,
        "demands": demands,
        "standings": found,
        "tally": counted,
        "card": of_campaign(campaign, counted),
        "waits": longest_waits(found),
        "figure": figure(demands, found, facts(demands, at), at, flipped=get_language_bidi()),
        "statuses": campaign.outcomes.published().current(at),
        "entries": window.entries[::-1],
        "marks": marks(entry.record for entry in window.entries),
        "coalition": campaign.actors.published().select_related("campaign").coalition(),
    }
    return render_page(request, "campaigns/campaign.html", context)
