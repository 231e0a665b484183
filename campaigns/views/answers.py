"""The answer board: everyone to whom a demand was put, and what they answered."""

import datetime as dt
from collections import Counter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.http.pages import public_campaign, render_page
from campaigns.http.paging import slice_from
from campaigns.models import Campaign
from campaigns.timeline.filters import OneOfField
from campaigns.verdicts import ORDERS, AnswerState, answers_of, ordered, rulings, unaddressed

__all__ = ["BoardForm", "answers", "answers_data"]

#: Lines on a page.
WINDOW = 100


class BoardForm(forms.Form):
    """What the address asks for."""

    order = OneOfField(label=_lazy("Order"), required=False, choices=list(ORDERS.items()))


@public_campaign
def answers(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show a row for each demand and each of its addressees: the verdict, the latest answer, the last look."""
    form = BoardForm(request.GET)
    context: dict[str, Any] = {"campaign": campaign, "form": form, "orders": ORDERS.items()}
    if not form.is_valid():
        return render_page(request, "campaigns/answers.html", context, status=400)
    at, order = campaign.today(), form.cleaned_data["order"] or "demand"
    demands = list(campaign.demands.published().of_the_day(at).select_related("campaign"))
    found = rulings(demands, at, history=1)
    rows = ordered(found, order)
    states = Counter(row.state for row in rows)
    context |= {
        "at": at,
        "order": order,
        "page": slice_from(request, rows, WINDOW),
        "lines": len(rows),
        "states": [(state, state.label, states[state]) for state in AnswerState],
        "looked": any(row.silent_until for row in rows),
        "unaddressed": unaddressed(demands, found),
    }
    return render_page(request, "campaigns/answers.html", context)


@public_campaign
def answers_data(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Return what the record concludes on a day as JSON (docs/verdicts.md); the day is today where none is asked for.

    Anything but a day in ``at`` is a 400 that says what was expected (a problem of RFC 9457).
    """
    asked = request.GET.get("at", "")
    try:
        at = dt.date.fromisoformat(asked) if asked else campaign.today()
    except ValueError:
        detail = _("“%(text)s” is not a day: write at=2026-12-01.") % {"text": asked[:40]}
        problem = {"title": _("The address asks for a day that there is not."), "status": 400, "detail": detail}
        return JsonResponse(problem, status=400, content_type="application/problem+json")
    return JsonResponse(answers_of(campaign, at), json_dumps_params={"ensure_ascii": False, "indent": 1})
