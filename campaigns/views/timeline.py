"""The timeline: everything in the record in one order, and the filters that narrow it down."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import number_format

from campaigns.http.pages import public_campaign, render_page
from campaigns.http.paging import window_of
from campaigns.models import Campaign
from campaigns.timeline.filter_choices import choices, in_use, problems
from campaigns.timeline.filters import TimelineFilter
from campaigns.timeline.stream import Stream
from campaigns.verdicts import marks

__all__ = ["timeline"]

#: Entries on a page.
WINDOW = 50


@public_campaign
def timeline(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List the entries that the filters leave, the newest first, or with ``?order=oldest`` the oldest."""
    form = TimelineFilter(request.GET, campaign, campaign.today())
    if form.moved:
        return redirect(f"{request.path}?{form.moved}", permanent=True)
    context: dict[str, Any] = {"campaign": campaign, "form": form, "address": reverse("timeline", args=[campaign.slug])}
    if form.is_valid():
        stream = Stream.of(campaign)
        oldest_first = form.cleaned_data["order"] == "oldest"
        window = window_of(request, form.narrow(stream), WINDOW, oldest_first=oldest_first)
        facets = form.facets(stream)
        context |= {
            "entries": window.entries if oldest_first else window.entries[::-1],
            "window": window,
            "oldest_first": oldest_first,
            "marks": marks(entry.record for entry in window.entries),
            "facets": facets,
            "total": number_format(facets.total, force_grouping=True),
        }
    else:
        facets, context["problems"] = None, list(problems(form))
    context |= {"choices": choices(form, facets), "in_use": list(in_use(form))}
    status = 400 if form.errors else 200
    response = render_page(
        request, "campaigns/timeline.html", context, fragment="campaigns/_timeline.html", status=status
    )
    if request.headers.get("HX-Request"):  # the form would write every empty field into the address
        clean = f"{context['address']}?{form.address()}".rstrip("?")
        response["HX-Push-Url"] = "false" if form.errors else clean
    return response
