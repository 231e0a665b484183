"""The organizations: coalition members, public bodies, others; and each one's page."""

from django.http import HttpRequest, HttpResponse

from campaigns.actors.namesakes import tell_apart
from campaigns.http.pages import find, public_campaign, render_page
from campaigns.http.paging import slice_after
from campaigns.models import Campaign, Membership, Organization, Post
from campaigns.views.exchange import exchange

__all__ = ["organization", "organizations"]


@public_campaign
def organizations(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List the organizations, grouped by what they are."""
    found = Organization.objects.published().filter(campaign=campaign).select_related("campaign")
    page = slice_after(request, found, ("classification", "folded_name", "pk"))
    tell_apart(page.rows)
    return render_page(request, "campaigns/organizations.html", {"campaign": campaign, "page": page})


@public_campaign
def organization(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show an organization: what it is, whom it consists of, what was put to it, and what it said."""
    organization = find(Organization.objects.for_page(), campaign=campaign, slug=slug)
    members = Membership.objects.published().of_organization(organization).with_sources().in_order()
    parts = Organization.objects.published().filter(parent=organization).select_related("campaign")
    posts = Post.objects.published().filter(organization=organization).select_related("campaign")
    context = {
        "campaign": campaign,
        "organization": organization,
        "parts": slice_after(request, parts, ("folded_name", "pk"), parameter="parts_after"),
        "posts": slice_after(request, posts, ("folded_name", "pk"), parameter="posts_after"),
        "members": slice_after(request, members, ("member__folded_name", "pk")),
        **exchange(request, campaign, organization),
    }
    return render_page(request, "campaigns/organization.html", context)
