"""How the lane chart names and draws its marks, and where they lead. Formatting only: nothing asks the database."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any, Protocol
from unicodedata import east_asian_width
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

register = template.Library()

# How a mark is placed, what time it covers, how many it counts, and the share of each stance among them.
_ACROSS, _DOWN = 'x="{0}" y="{1}"', 'x="{1}" y="{0}"'
_SPAN_ACROSS = '<line class="span" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>'
_SPAN_DOWN = '<line class="span" x1="{2}" x2="{2}" y1="{0}" y2="{1}"/>'
_COUNT = '<text class="n" {} dy="{}">{}</text>'
_PARTS = (
    '<svg class="parts" {} width="18" height="3" viewBox="0 0 {} 1" preserveAspectRatio="none"'
    ' transform="translate(-9 8)">{}</svg>'
)
_PART = '<rect class="stance-{}" x="{}" width="{}" height="1"/>'
_SILENCES = {
    "waited": _lazy("waited until the answer"),
    "no_answer": _lazy("looked for, no answer found"),
    "announced": _lazy("answer announced"),
    "replied": _lazy("replied or declined, without a position"),
    "not_checked": _lazy("nobody has looked yet"),
}
#: What is said of an answer that is not the addressees'.
_OTHERS = {
    "not_addressed": _lazy("%(said)s (the demand was not addressed to them)"),
    "decides": _lazy("%(said)s (not asked, but decides)"),
    "above": _lazy("%(said)s (the body above)"),
}


class Fact(Protocol):
    """What this module asks of a fact."""

    family: str
    value: str
    when: Any
    end: Any
    pk: int
    slug: str
    spoken: str
    word: str


class Mark(Protocol):
    """What this module asks of a mark."""

    fact: Fact
    last: Fact
    count: int
    other: str | None
    first: bool
    parts: Sequence[tuple[Fact, int, int]]


@register.filter
def glyph(fact: Fact) -> str:
    """Return the icon of a fact."""
    return "issuance" if fact.family == "raised" else fact.value or "replies"


@register.filter
def word(entry: Any) -> str:
    """Return what the key calls a fact or a silence."""
    if entry in _SILENCES:
        return str(_SILENCES[entry])
    if entry.family == "raised":
        return _("raised")
    return entry.word or _("replies to the whole letter")


@register.filter
def words(mark: Mark) -> str:
    """Return the mark as a sentence: “22 April 2021: Ann Roe on behalf of the Mayor’s Office rejects”."""
    return _("%(when)s: %(what)s") % {"when": dates(mark), "what": what(mark)}


@register.filter
def dates(mark: Mark) -> str:
    """Return the date of a mark, or the first and the last of what it covers."""
    first, last = mark.fact.when, mark.last.end or mark.last.when
    return str(first) if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


@register.filter
def what(mark: Mark) -> str:
    """Return what a mark stands for, without its date."""
    if mark.count > 1:
        return _cluster(mark)
    fact = mark.fact
    who = fact.spoken
    match fact.family:
        case "raised" if not who:
            return _("raised") if mark.first else _("raised again")
        case "raised":
            return (_("raised by %(who)s") if mark.first else _("raised again by %(who)s")) % {"who": who}
        case "done":
            assessed = _("%(status)s, as assessed by %(who)s") % {"status": fact.word, "who": who}
            return assessed if who else fact.word
    said = _("%(who)s %(stance)s") if fact.value else _("%(who)s replies to the whole letter")
    said %= {"who": who, "stance": fact.word}
    return str(_OTHERS[mark.other]) % {"said": said} if mark.other else said


def _cluster(mark: Mark) -> str:
    match mark.fact.family:
        case "raised":
            return ngettext("raised %(n)d time", "raised %(n)d times", mark.count) % {"n": mark.count}
        case "done":
            counted = ngettext("%(n)d outcome", "%(n)d outcomes", mark.count) % {"n": mark.count}
        case _:
            counted = ngettext("%(n)d answer", "%(n)d answers", mark.count) % {"n": mark.count}
    parts = [
        _("%(n)d %(word)s") % {"n": n, "word": fact.word or _("replies to the whole letter")}
        for fact, n, _n in mark.parts
    ]
    return _("%(counted)s: %(parts)s") % {"counted": counted, "parts": ", ".join(parts)}


@register.filter
def lines(text: str, width: int) -> list[str]:
    """Return the text in two lines at most, cut with an ellipsis; a wide character (Chinese, Korean) counts as two."""
    wide = any(east_asian_width(character) in "WF" for character in text)
    return wrap(text, width // 2 if wide else width, max_lines=2, placeholder=" …")


@register.simple_tag
def address(mark: Mark, demand: Any, origin: str = "") -> str:
    """Return where a mark leads: to the record, or for several to the timeline narrowed down to them."""
    fact = mark.fact
    if mark.count > 1:
        last = mark.last.end or mark.last.when
        query = {"demand": demand.slug, "start": fact.when.isoformat(), "end": last.isoformat(), "order": "oldest"}
        return f"{origin}{reverse('timeline', args=[demand.campaign.slug])}?{urlencode(query)}"
    if fact.slug:
        return origin + reverse("statement", args=[demand.campaign.slug, fact.slug])
    anchor = "outcome" if fact.family == "done" else "issuance"
    return f"{origin}{demand.get_absolute_url()}#{anchor}-{fact.pk}"


@register.simple_tag
def pins(lane: Any, layout: Any, unit: str = "", origin: str = "", target: str = "") -> SafeString:
    """Return a lane's marks as SVG links in the order of the record; ``unit`` is what positions along it are in.

    Written here because a template takes many times as long, and there are hundreds. With an origin they are for a file
    that stands by itself: the sentence is a <title>, not text that CSS shows beside the mark. ``target`` is where
    their links open, which <base> does not tell links within SVG.
    """
    return format_html_join(
        "\n", "{}", ([_pin(mark, lane.demand, layout, unit, origin, target)] for mark in lane.marks)
    )


def _pin(mark: Any, demand: Any, layout: Any, unit: str, origin: str, target: str) -> SafeString:
    fact, many, across, along = mark.fact, mark.count > 1, mark.across, f"{mark.at}{unit}"
    place = format_html(_DOWN if layout.turned else _ACROSS, along, across)
    style = f"pin pin-{fact.family}"
    if fact.family == "said":
        style += f" stance-{mark.value or 'none'}" + (" other" if mark.other else "")
    inside = []
    if mark.vague:
        span = _SPAN_DOWN if layout.turned else _SPAN_ACROSS
        inside.append(format_html(span, f"{mark.start}{unit}", f"{mark.stop}{unit}", across))
    inside.append(format_html('<use href="#i-{}" {}/>', f"{fact.family}-many" if many else glyph(fact), place))
    if many:
        inside.append(format_html(_COUNT, place, 2.5 if fact.family == "said" else 4, mark.count))
    if mark.value == "mixed":
        inside.append(format_html(_PARTS, place, mark.count, format_html_join("", _PART, _shares(mark))))
    if origin:
        inside.insert(0, format_html("<title>{}</title>", words(mark)))
    elif layout.turned:
        inside.append(format_html('<text class="tip" x="0" y="{}" dy="-12">{}</text>', along, words(mark)))
    else:
        side = " left" if mark.at > layout.length / 2 else ""
        inside.append(format_html('<text class="tip{}" x="{}" y="-3">{}</text>', side, along, words(mark)))
    parts = format_html_join("", "{}", ([part] for part in inside))
    opens = format_html(' target="{}"', target) if target else ""
    return format_html('<a class="{}" href="{}"{}>{}</a>', style, address(mark, demand, origin), opens, parts)


def _shares(mark: Mark) -> Iterator[tuple[str, int, int]]:
    for fact, n, before in mark.parts:
        yield fact.value or "none", before, n
