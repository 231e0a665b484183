"""A statement's own page, its permanent address."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.bibliography import cited
from campaigns.history.public_versions import number_of
from campaigns.http.pages import CORRECTIONS, find, public_campaign, render_page
from campaigns.http.paging import cursor
from campaigns.models import Campaign, Correction, Statement
from campaigns.timeline.stream import Stream, with_parts
from campaigns.verdicts import marks

__all__ = ["statement", "statements"]

#: Statements that refer to one, on its page.
WINDOW = 20


@public_campaign
def statements(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Lead a trimmed address to the page that lists every statement."""
    return redirect("timeline", campaign.slug, permanent=True)


@public_campaign
def statement(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show one statement: who, for whom, when, where, the words, what it refers to, what refers to it, its sources."""
    statement = find(with_parts(Statement.objects.filter(campaign=campaign)).with_wordings(), slug=slug)
    window = Stream.of(campaign).referring_to(statement).oldest(WINDOW, cursor(request, "after"))
    context = {
        "campaign": campaign,
        "statement": statement,
        "cited": cited(statement, settings.SITE_ORIGIN, version=number_of(statement)),
        "window": window,
        "corrections": Correction.objects.published().of(statement)[:CORRECTIONS],
        "marks": marks([statement, *(entry.record for entry in window.entries)]),
    }
    return render_page(request, "campaigns/statement.html", context)
