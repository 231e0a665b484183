"""A statement's own page, its permanent address."""

from django.http import HttpRequest, HttpResponse

from campaigns.http import find, public_campaign, render_page
from campaigns.models import Campaign, Statement
from campaigns.timeline import with_parts

__all__ = ["statement"]


@public_campaign
def statement(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show one statement: who, for whom, when, where, the words, what it raises and answers, and its sources."""
    statement = find(with_parts(Statement.objects.filter(campaign=campaign)), slug=slug)
    return render_page(request, "campaigns/statement.html", {"campaign": campaign, "statement": statement})
