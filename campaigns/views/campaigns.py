"""The front door, and a campaign's overview."""

from django.http import HttpRequest, HttpResponse

from campaigns.answers import standings
from campaigns.http import public, public_campaign, render_page
from campaigns.models import Campaign, Demand, Organization, Outcome
from campaigns.timeline import Stream

__all__ = ["campaign", "home"]


@public
def home(request: HttpRequest) -> HttpResponse:
    """List the campaigns."""
    return render_page(request, "campaigns/home.html", {"campaigns": Campaign.objects.published()})


@public_campaign
def campaign(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show every demand with its answer states and age, what happened last, and who asks."""
    at = campaign.today()
    demands = list(Demand.objects.published().filter(campaign=campaign))
    context = {
        "campaign": campaign,
        "at": at,
        "demands": demands,
        "standings": standings(demands, at),
        "statuses": Outcome.objects.published().filter(campaign=campaign).current(at),
        "window": Stream.of(campaign).newest(5),
        "members": Organization.objects.published().filter(campaign=campaign, classification="coalition_member"),
    }
    return render_page(request, "campaigns/campaign.html", context)
