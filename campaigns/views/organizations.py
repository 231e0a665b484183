"""The organizations: coalition members, public bodies, others; and each one's page."""

from django.http import HttpRequest, HttpResponse

from campaigns.answers import marks, put_to
from campaigns.http import CORRECTIONS, cursor, find, public_campaign, render_page, slice_after
from campaigns.models import Campaign, Correction, Membership, Organization, Post
from campaigns.timeline import Stream

__all__ = ["organization", "organizations"]

#: Entries in each list on a page.
WINDOW = 20


@public_campaign
def organizations(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List the organizations, grouped by what they are."""
    found = Organization.objects.published().filter(campaign=campaign).select_related("campaign")
    page = slice_after(request, found, ("classification", "folded_name", "pk"))
    return render_page(request, "campaigns/organizations.html", {"campaign": campaign, "page": page})


@public_campaign
def organization(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show an organization: what it is, whom it consists of, what was put to it, and what it said."""
    organization = find(Organization.objects.for_page(), campaign=campaign, slug=slug)
    members = Membership.objects.published().of_organization(organization).with_sources().in_order()
    parts = Organization.objects.published().filter(parent=organization).select_related("campaign")
    posts = Post.objects.published().filter(organization=organization).select_related("campaign")
    said = Stream.of(campaign).by(organization).newest(WINDOW, cursor(request, "before"))
    addressed = Stream.of(campaign).addressed_to(organization).newest(WINDOW, cursor(request, "addressed_before"))
    context = {
        "campaign": campaign,
        "organization": organization,
        "parts": slice_after(request, parts, ("folded_name", "pk"), parameter="parts_after"),
        "posts": slice_after(request, posts, ("folded_name", "pk"), parameter="posts_after"),
        "members": slice_after(request, members, ("member__folded_name", "pk")),
        "standings": put_to([organization], campaign.today())[organization.pk],
        "said": said,
        "addressed": addressed,
        "corrections": Correction.objects.published().of(organization)[:CORRECTIONS],
        "marks": marks(entry.record for entry in (*said.entries, *addressed.entries)),
    }
    return render_page(request, "campaigns/organization.html", context)
