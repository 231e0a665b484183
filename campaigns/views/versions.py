"""What a statement, a demand or an event said before: its versions, and each of them under an address for good."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from campaigns.history.public_versions import (
    Citable,
    Version,
    Word,
    canonical,
    explained,
    versions_of,
    words_of,
)
from campaigns.http.pages import Gone, find, public_campaign, render_page
from campaigns.http.paging import slice_from
from campaigns.models import Actor, Campaign
from campaigns.text.diff import compared

__all__ = ["NOUNS", "version", "version_data", "versions"]

#: What the nouns are called in addresses, and as a campaign's own.
NOUNS = ("statements", "demands", "events")
#: Versions in one window of their list.
WINDOW = 50


def _record(campaign: Campaign, noun: str, slug: str) -> Citable:
    joined = ["campaign", "speaker"] if noun == "statements" else ["campaign"]
    found: Citable = find(getattr(campaign, noun).select_related(*joined), slug=slug)
    return found


def _versions(record: Citable) -> list[Version]:
    return explained(record, versions_of(record))


def _version(campaign: Campaign, noun: str, slug: str, number: str) -> tuple[Citable, Version, Version]:
    """Return the record, the version of that number and the newest one; raise Gone where it is not shown any more."""
    record = _record(campaign, noun, slug)
    found = _versions(record)
    if int(number) > len(found):
        raise Http404
    asked = found[int(number) - 1]
    if asked.hidden_by:
        raise Gone(record, asked.hidden_by)
    return record, asked, found[-1]


@public_campaign
def versions(request: HttpRequest, campaign: Campaign, noun: str, slug: str) -> HttpResponse:
    """List the versions of a record, the newest first: from when to when, and what was said of each change."""
    record = _record(campaign, noun, slug)
    page = slice_from(request, _versions(record)[::-1], WINDOW)
    return render_page(request, "campaigns/versions.html", {"campaign": campaign, "record": record, "page": page})


@public_campaign
def version(request: HttpRequest, campaign: Campaign, noun: str, slug: str, number: str) -> HttpResponse:
    """Show the words of one version, since when and until when they stood, and what is different today."""
    record, asked, newest = _version(campaign, noun, slug, number)
    keys = [getattr(one.record, f"{who}_id", None) for one in (asked, newest) for who in ("speaker", "on_behalf_of")]
    named = {key for key in keys if key}
    actors = {actor.pk: actor for actor in Actor.objects.published().filter(pk__in=named)}
    # Whoever was found to be the same as another since goes by the name of that one.
    actors |= {key: kept for key in named - {*actors} if (kept := Actor.objects.kept_for(pk=key))}
    then, now = (words_of(one.record, actors) for one in (asked, newest))
    context = {
        "campaign": campaign,
        "record": record,
        "version": asked,
        "newest": newest,
        "words": then,
        "differences": _differences(then, now),
    }
    return render_page(request, "campaigns/version.html", context)


def _differences(then: list[Word], now: list[Word]) -> list[dict[str, Any]]:
    """Return by word its label and what changed, in pieces; nothing of what stayed."""
    was, is_ = ({word.name: word for word in words} for words in (then, now))
    return [
        {"word": word, "pieces": compared(*(side[name].text if name in side else "" for side in (was, is_)))}
        for name, word in (was | is_).items()
        if name not in was or name not in is_ or was[name].text != is_[name].text
    ]


@public_campaign
def version_data(request: HttpRequest, campaign: Campaign, noun: str, slug: str, number: str) -> HttpResponse:
    """Return the words of one version as the bytes whose SHA-256 its page names."""
    record, asked, _newest = _version(campaign, noun, slug, number)
    link = f'<{settings.SITE_ORIGIN}{record.get_absolute_url()}>; rel="canonical"'
    headers = {"X-Robots-Tag": "noindex", "Link": link}
    return HttpResponse(canonical(asked.record), content_type="application/json; charset=utf-8", headers=headers)
