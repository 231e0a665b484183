"""The front door, and a campaign's overview."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_bidi

from campaigns.http.embeddable import Embeddable
from campaigns.http.pages import public, public_campaign, render_page
from campaigns.lane_chart import facts, figure
from campaigns.models import Campaign, nested
from campaigns.share_cards.words import of_campaign
from campaigns.timeline.stream import Stream
from campaigns.verdicts import longest_silences, marks, rulings, tally, who_asks

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
    """Show who asks, what was done and what was said about each demand, who is silent, and what happened last."""
    at = campaign.today()
    demands = list(campaign.demands.published().of_the_day(at).select_related("campaign"))
    found = rulings(demands, at, history=1)
    counted, stream = tally(found), Stream.of(campaign)
    window = stream.until(at).newest(5)
    context = {
        "campaign": campaign,
        "embeddable": Embeddable.at(
            "campaign", {"campaign_slug": campaign.slug}, ""
        ),  # also where it is the front page
        "at": at,
        "demands": nested(demands),
        "rulings": found,
        "tally": counted,
        "card": of_campaign(campaign, found),
        "silences": longest_silences(found),
        "figure": figure(demands, found, facts(demands, at), at, flipped=get_language_bidi()),
        "ahead": stream.after(at).oldest(5).entries,
        "entries": window.entries[::-1],
        "marks": marks(entry.record for entry in window.entries),
        "asking": who_asks(found),
    }
    return render_page(request, "campaigns/campaign.html", context)
