"""The demands, and each demand's page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_bidi

from campaigns.bibliography import cited
from campaigns.history.public_versions import number_of
from campaigns.http.pages import CORRECTIONS, find, public_campaign, render_page
from campaigns.http.paging import slice_after, window_of
from campaigns.lane_chart import facts, figure
from campaigns.models import Campaign, Correction, Demand, Effect, Issuance, nested
from campaigns.share_cards.words import of_demand
from campaigns.timeline.stream import Stream
from campaigns.verdicts import marks, meanwhile, rulings, tally
from campaigns.views.occasion_changes import occasions

__all__ = ["demand", "demands"]

#: Entries on a demand's page.
WINDOW = 50
#: The columns by which dated records stand in order.
IN_ORDER = ("date", "precision", "position", "pk")


@public_campaign
def demands(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List every demand with its answer states: silence is listed, never sorted away."""
    at = campaign.today()
    found = list(campaign.demands.published().of_the_day(at).select_related("campaign"))
    ruled = rulings(found, at, history=1)
    context = {
        "campaign": campaign,
        "at": at,
        "demands": nested(found),
        "rulings": ruled,
        "tally": tally(ruled),
    }
    return render_page(request, "campaigns/demands.html", context)


@public_campaign
def demand(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show one demand: its wordings, whom it was put to, each addressee's answer state and clock, and its timeline."""
    at = campaign.today()
    demand = find(Demand.objects.for_page(), campaign=campaign, slug=slug)
    window = window_of(request, Stream.of(campaign).about(demand), WINDOW, oldest_first=True)
    found = rulings([demand], at)
    raised = Issuance.objects.published().with_statement().with_sources().filter(demand=demand)
    issuances = slice_after(request, raised, IN_ORDER, parameter="raised_after")
    first = raised.first() if issuances.begun else next(iter(issuances.rows), None)
    effects = Effect.objects.published().of(demand)
    context = {
        "campaign": campaign,
        "at": at,
        "demand": demand,
        "cited": cited(demand, settings.SITE_ORIGIN, first, version=number_of(demand)),
        "ruling": found[demand.pk],
        "meanwhile": meanwhile(found[demand.pk]),
        "card": of_demand(found[demand.pk]),
        "figure": figure([demand], found, facts([demand], at), at, flipped=get_language_bidi()),
        "outcomes": campaign.outcomes.published().of(demand),
        "effects": slice_after(
            request, effects, [f"event__{column}" for column in IN_ORDER], parameter="effects_after"
        ),
        "issuances": issuances,
        "occasions": occasions(issuances.rows, issuances.before),
        "window": window,
        "corrections": Correction.objects.published().of(demand)[:CORRECTIONS],
        "marks": marks(entry.record for entry in window.entries),
    }
    return render_page(request, "campaigns/demand.html", context)
