"""A post's page: who held it, and what each successor inherits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.http.pages import find, public_campaign, render_page
from campaigns.http.paging import slice_after
from campaigns.models import Campaign, Membership, Post
from campaigns.views.exchange import exchange

__all__ = ["post", "posts"]


@public_campaign
def posts(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Lead a trimmed address to the page that lists who holds which post."""
    return redirect("officials", campaign.slug, permanent=True)


@public_campaign
def post(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show a post: its organization, its holders over time, and the demands put to it, with their age."""
    post = find(Post.objects.for_page(), campaign=campaign, slug=slug)
    holders = Membership.objects.published().filter(post=post).with_sources().in_order()
    context = {
        "campaign": campaign,
        "post": post,
        "holders": slice_after(request, holders, ("start_date", "start_precision", "pk")),
        **exchange(request, campaign, post),
    }
    return render_page(request, "campaigns/post.html", context)
