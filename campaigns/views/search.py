"""The search of a campaign."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from campaigns.http.pages import public_campaign, render_page
from campaigns.models import Campaign
from campaigns.search import MOST_LETTERS, MOST_TERMS, NOUNS, Found, Place, Query
from campaigns.search import search as look
from campaigns.timeline.filters import OneOfField
from campaigns.verdicts import rulings

__all__ = ["SearchForm", "search"]

#: Results of each noun when all are shown, and of one noun on a page.
FEW, PAGE = 5, 20


class SearchForm(forms.Form):
    """What the address asks for. The words are read by `Query.parse`, which takes anything."""

    noun = OneOfField(
        label=_lazy("Look in"),
        required=False,
        choices=[("", _lazy("everything")), *((name, noun.label) for name, noun in NOUNS.items())],
    )
    order = OneOfField(
        label=_lazy("Order"),
        required=False,
        choices=[("", _lazy("newest first")), ("best", _lazy("in titles and names first"))],
    )


@public_campaign
def search(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show what matches, by noun with counts; with ``?noun=`` that noun alone, a window at a time."""
    query = Query.parse(request.GET.get("q", ""), campaign)
    form = SearchForm(request.GET)
    context: dict[str, Any] = {"campaign": campaign, "query": query, "form": form}
    if not form.is_valid():
        return render_page(request, "campaigns/search.html", context, status=400)
    noun, order = form.cleaned_data["noun"], form.cleaned_data["order"]
    after = Place.read(request.GET.get("after", "")) if noun else None
    found = look(campaign, query, noun=noun, best=order == "best", limit=PAGE if noun else FEW, after=after)
    found = [_with_verdicts(group, campaign) if group.name == "demands" else group for group in found]
    context |= {
        "found": found,
        "chosen": next((group for group in found if group.name == noun), None),
        "total": sum(group.count for group in found),
        "many": any(group.many for group in found),
        "noun": noun,
        "order": order,
        "begun": after is not None,
        "limits": {"letters": MOST_LETTERS, "terms": MOST_TERMS},
    }
    return render_page(request, "campaigns/search.html", context, fragment="campaigns/_search.html")


def _with_verdicts(group: Found, campaign: Campaign) -> Found:
    """Return the demands that were found, each with what the record concludes of it."""
    found = campaign.demands.published().select_related("campaign").in_bulk([result.pk for result in group.results])
    words = {pk: ruling.words for pk, ruling in rulings(list(found.values()), campaign.today(), history=0).items()}
    return replace(group, results=[replace(result, verdict=words.get(result.pk, "")) for result in group.results])
