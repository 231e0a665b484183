"""The demands, and each demand's page."""

from django.http import HttpRequest, HttpResponse

from campaigns.answers import standings
from campaigns.http import cursor, find, public_campaign, render_page
from campaigns.models import Campaign, Demand, Outcome
from campaigns.timeline import Stream

__all__ = ["demand", "demands"]


@public_campaign
def demands(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List every demand with its answer states: silence is listed, never sorted away."""
    at = campaign.today()
    found = list(Demand.objects.published().filter(campaign=campaign))
    context = {
        "campaign": campaign,
        "at": at,
        "demands": found,
        "standings": standings(found, at),
        "statuses": Outcome.objects.published().filter(campaign=campaign).current(at),
    }
    return render_page(request, "campaigns/demands.html", context)


@public_campaign
def demand(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show one demand: its wordings, whom it was put to, each addressee's answer state and clock, and its timeline."""
    at = campaign.today()
    demand = find(Demand.objects.for_page(), campaign=campaign, slug=slug)
    context = {
        "campaign": campaign,
        "at": at,
        "demand": demand,
        "standings": standings([demand], at)[demand.pk],
        "status": Outcome.objects.published().filter(demand=demand).current(at).get(demand.pk),
        "window": Stream.of(campaign).about(demand).oldest(50, cursor(request, "after")),
    }
    return render_page(request, "campaigns/demand.html", context)
