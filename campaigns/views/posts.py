"""A post's page: who held it, and what each successor inherits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.answers import marks, put_to
from campaigns.http import CORRECTIONS, cursor, find, public_campaign, render_page, slice_after
from campaigns.models import Campaign, Correction, Membership, Post
from campaigns.timeline import Stream

__all__ = ["post", "posts"]

#: Entries in each list on a page.
WINDOW = 20


@public_campaign
def posts(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Lead a trimmed address to the page that lists who holds which post."""
    return redirect("officials", campaign.slug, permanent=True)


@public_campaign
def post(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show a post: its organization, its holders over time, and the demands put to it, with their age."""
    post = find(Post.objects.for_page(), campaign=campaign, slug=slug)
    holders = Membership.objects.published().filter(post=post).with_sources().in_order()
    said = Stream.of(campaign).by(post).newest(WINDOW, cursor(request, "before"))
    addressed = Stream.of(campaign).addressed_to(post).newest(WINDOW, cursor(request, "addressed_before"))
    context = {
        "campaign": campaign,
        "post": post,
        "holders": slice_after(request, holders, ("start_date", "start_precision", "pk")),
        "standings": put_to([post], campaign.today())[post.pk],
        "said": said,
        "addressed": addressed,
        "corrections": Correction.objects.published().of(post)[:CORRECTIONS],
        "marks": marks(entry.record for entry in (*said.entries, *addressed.entries)),
    }
    return render_page(request, "campaigns/post.html", context)
