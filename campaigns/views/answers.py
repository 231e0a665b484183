"""The answer board: everyone to whom a demand was put, and what they answered."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from campaigns.answers import AnswerState, standings, tally
from campaigns.board import ORDERS, ordered, unaddressed
from campaigns.filters import OneOfField
from campaigns.http import public_campaign, render_page, slice_from
from campaigns.models import Campaign

__all__ = ["BoardForm", "answers"]

#: Lines on a page.
WINDOW = 100


class BoardForm(forms.Form):
    """What the address asks for."""

    order = OneOfField(label=_lazy("Order"), required=False, choices=list(ORDERS.items()))


@public_campaign
def answers(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show a row for each demand and each of its addressees: state, latest answer, age, last check."""
    form = BoardForm(request.GET)
    context: dict[str, Any] = {"campaign": campaign, "form": form, "orders": ORDERS.items()}
    if not form.is_valid():
        return render_page(request, "campaigns/answers.html", context, status=400)
    at, order = campaign.today(), form.cleaned_data["order"] or "demand"
    demands = list(campaign.demands.published().select_related("campaign"))
    found = standings(demands, at, history=1)
    counted = tally(found)
    context |= {
        "at": at,
        "order": order,
        "page": slice_from(request, ordered(found, order), WINDOW),
        "tally": counted,
        "states": [(state, state.label, counted.states[state]) for state in AnswerState],
        "unaddressed": unaddressed(demands, found),
    }
    return render_page(request, "campaigns/answers.html", context)
