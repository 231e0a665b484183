"""The people of the record; an official's page is a person's page under another address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.http.embeddable import Embeddable
from campaigns.http.pages import find, public_campaign, render_page
from campaigns.http.paging import slice_after
from campaigns.models import Campaign, Official, Person
from campaigns.share_cards.words import of_official
from campaigns.verdicts import addressed, put_to
from campaigns.views.exchange import exchange

__all__ = ["official", "officials", "people", "person"]


@public_campaign
def officials(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List everyone with a role in a public body: the roles, how much was put to them, and what they said."""
    everyone = Official.objects.published().filter(campaign=campaign).select_related("campaign").with_roles()
    page = slice_after(request, everyone, ("folded_name", "pk"))
    asked = put_to(page.rows, campaign.today())
    rows = [{"official": official, "said": addressed(asked[official.pk])} for official in page.rows]
    return render_page(request, "campaigns/officials.html", {"campaign": campaign, "rows": rows, "page": page})


@public_campaign
def people(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Lead a trimmed address to the page that lists people."""
    return redirect("officials", campaign.slug, permanent=True)


@public_campaign
def official(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show an official."""
    return _page(request, campaign, find(Official.objects.for_page().with_office(), campaign=campaign, slug=slug))


@public_campaign
def person(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show anyone; an official's page names the official's address as the canonical one."""
    return _page(request, campaign, find(Person.objects.for_page().with_office(), campaign=campaign, slug=slug))


def _page(request: HttpRequest, campaign: Campaign, person: Person) -> HttpResponse:
    """Show the roles over time, what was put to the person, what the person said, and what was said to them."""
    official = bool(getattr(person, "is_official", False))
    shown = exchange(request, campaign, person)
    here = {"campaign_slug": campaign.slug, "slug": person.slug}
    context = {
        "campaign": campaign,
        "person": person,
        **shown,
        "card": of_official(person, shown["verdicts"]) if official else None,
        "embeddable": Embeddable.at("official", here, "") if official else None,
    }
    return render_page(request, "campaigns/person.html", context)
