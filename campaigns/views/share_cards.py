"""The pictures of the cards, at the addresses that pages announce."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from campaigns.http.pages import find, public_campaign
from campaigns.models import Campaign, Demand, Official
from campaigns.share_cards.picture import draw
from campaigns.share_cards.words import Card, of_campaign, of_demand, of_official
from campaigns.verdicts import put_to, rulings

__all__ = ["card", "demand_card", "official_card"]


@public_campaign
def card(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Draw the campaign's card."""
    at = campaign.today()
    demands = list(campaign.demands.published().of_the_day(at).select_related("campaign"))
    return _picture(of_campaign(campaign, rulings(demands, at, history=0)))


@public_campaign
def demand_card(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Draw a demand's card."""
    demand = find(Demand.objects.all(), campaign=campaign, slug=slug)
    return _picture(of_demand(rulings([demand], campaign.today(), history=0)[demand.pk]))


@public_campaign
def official_card(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Draw an official's card."""
    official = find(Official.objects.all(), campaign=campaign, slug=slug)
    return _picture(of_official(official, put_to([official], campaign.today())[official.pk]))


def _picture(shown: Card) -> HttpResponse:
    if not shown.path:
        raise Http404
    return HttpResponse(draw(shown, urlsplit(settings.SITE_ORIGIN).netloc), content_type="image/png")
