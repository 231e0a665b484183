"""The desk's front page: what waits for whom, each line one click from what mends it."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Left, NullIf
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from campaigns.admin.editing.publishing import record_url
from campaigns.models import (
    Actor,
    Campaign,
    Check,
    Citation,
    Clearance,
    Demand,
    Event,
    Issuance,
    LinkCheck,
    Outcome,
    Party,
    ProposedChange,
    Relation,
    Response,
    Role,
    Source,
    State,
    Statement,
    history_of,
)
from campaigns.staff.permissions import campaigns_of, can_publish_somewhere, highest_role, is_at_least
from campaigns.verdicts import POSITIONS, Finding, findings

__all__ = ["front_page", "to_look_up"]

#: As many lines as a section of the front page shows.
LINES = 10
#: As many records as are looked through for what waits.
MINE = 6 * LINES
#: How long the managers of a campaign are shown that one of them switched its second reader off or on.
SWITCHED = dt.timedelta(days=30)
#: As many questions as are looked at when it is asked who is to be looked up.
QUESTIONS = 60

_SPOKE = Coalesce(NullIf("speaker_label", Value("")), "speaker__name")
#: What a line calls a record, in SQL, so that lines of all nouns come in one query.
_LABELS: dict[Any, Any] = {
    Campaign: F("name"),
    Actor: F("name"),
    Source: Coalesce(NullIf("title", Value("")), "url"),
    Statement: Concat(_SPOKE, Value(": "), Left("summary", 80), output_field=TextField()),
    Demand: F("title"),
    Event: F("title"),
    Outcome: F("demand__title"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One record on the front page."""

    noun: str
    label: str
    state: str
    #: When it was changed last, and who did; of what waits for a word, when it was asked for, and who did.
    changed: dt.datetime
    who: str
    url: str


def _asked(model: Any, user: Any) -> tuple[str, Any]:
    """Return what others ask, whether it may be public, of records of a noun on which the user may give the word.

    And by which key it belongs to them. Nothing of a record of which the user asks something as well: the word on it
    is a second person's.
    """
    name = str(model._meta.model_name)
    waiting = Clearance.objects.filter(allowed_at=None)
    if name not in Clearance.SUBJECTS:  # the campaign's own texts
        name, waiting = "campaign", waiting.filter(**dict.fromkeys(Clearance.SUBJECTS))
    own = waiting.filter(asked_by=user, **{f"{name}__isnull": False}).values(name)
    return name, waiting.filter(campaign__in=campaigns_of(user, Role.PUBLISHER)).exclude(**{f"{name}__in": own})


def _lines(site: AdminSite, request: Any, wanted: Q) -> tuple[list[Line], list[Line], list[Line], list[Line]]:
    """Return four lists, last changed or asked for first: records that are wanted, what waits for the user's word.

    And any records that the user may see, and proposed changes. One query for all of them.
    """
    parts = []
    for model, label in _LABELS.items():
        rows = site.get_model_admin(model).get_queryset(request).select_related(None).order_by()
        newest = rows.order_by("-updated_at", "-pk").values("pk")[:LINES]
        kind = F("kind") if model is Actor else Value(str(model._meta.model_name))
        name, asked = _asked(model, request.user)
        last = asked.filter(**{name: OuterRef("pk")}).order_by("-asked_at", "-pk")
        parts.append(
            rows.filter(wanted | Q(pk__in=newest) | Q(pk__in=asked.values(name)))
            .annotate(
                line_wanted=Case(When(wanted, then=True), default=False, output_field=BooleanField()),
                # Cast, or PostgreSQL takes what is empty for whoever may say nothing for a text.
                line_asked=Cast(Subquery(last.values("asked_at")[:1]), DateTimeField()),
                line_asker=Cast(Subquery(last.values("asked_by__username")[:1]), CharField()),
                line_noun=Cast(kind, CharField()),
                line_label=Cast(label, TextField()),
                line_who=F("edited_by__username"),
            )
            .values_list(
                *("line_wanted", "line_asked", "line_asker", "line_noun", "pk", "line_label", "state", "updated_at"),
                "line_who",
            )
        )
    parts.append(_proposals(request.user))
    most = MINE + LINES * len(parts)
    order = F("line_asked").desc(nulls_last=True), "-updated_at", "-id"
    found = list(parts[0].union(*parts[1:], all=True).order_by(*order)[:most])
    nouns = {str(model._meta.model_name): model._meta.verbose_name for model in _LABELS}
    nouns |= {str(kind.value): kind.label for kind in Actor.Kind}
    nouns["proposedchange"] = ProposedChange._meta.verbose_name
    states = dict(State.choices) | dict(ProposedChange.State.choices)

    def line(record: tuple[str, int, str, str], when: dt.datetime, who: str | None, page: str) -> Line:
        noun, pk, label, state = record
        url = reverse(f"admin:campaigns_{noun}_{page}", args=[pk])
        return Line(str(nouns[noun]), label, str(states[state]), when, who or "", url)

    private = [line(tuple(row[:4]), when, who, "private") for _, when, who, *row in found if when][:LINES]
    found.sort(key=lambda row: (row[-2], row[4]), reverse=True)
    records: list[tuple[bool, Line]] = []
    proposed: list[Line] = []
    for asked, _when, _who, *row in found:
        one = line(tuple(row[:4]), row[4], row[5], "change")
        if row[0] == "proposedchange":
            proposed.append(one)
        else:
            records.append((asked, one))
    return [one for asked, one in records if asked][:MINE], private, [one for _, one in records[:LINES]], proposed


def _gaps(site: AdminSite, request: HttpRequest) -> list[tuple[Statement, bool, bool]]:
    """Return statements that lack a source or a demand, the newest first: (statement, lacks one, lacks the other)."""
    sourced = Citation.objects.filter(statement=OuterRef("pk"), about="")
    linked = Response.objects.filter(statement=OuterRef("pk")), Issuance.objects.filter(statement=OuterRef("pk"))
    rows = site.get_model_admin(Statement).get_queryset(request).exclude(state=State.WITHDRAWN)
    rows = rows.annotate(sourced=Exists(sourced), linked=Exists(linked[0]) | Exists(linked[1]))
    found = rows.filter(Q(sourced=False) | Q(linked=False)).order_by("sourced", "-recorded_at", "-pk")[:LINES]
    return [(statement, not statement.sourced, not statement.linked) for statement in found]


def _unreachable(site: AdminSite, request: HttpRequest) -> list[tuple[LinkCheck, str]]:
    """Return the addresses of sources that could not be reached, the longest first, each with where it is mended."""
    sources = site.get_model_admin(Source).get_queryset(request).select_related(None).order_by()
    found = LinkCheck.objects.to_mend().filter(source__in=sources.exclude(state=State.WITHDRAWN).values("pk"))
    return [(link, record_url(link.source)) for link in found.select_related("source")[:LINES]]


def to_look_up(demands: Any, campaign: Campaign) -> list[tuple[Actor, list[tuple[Demand, Finding]]]]:
    """Return who was not looked up lately, the longest waiting first, with the open questions that they can answer.

    ``demands`` are those that the user may see. The first query leaves out who took a position and was not asked
    since, so that the first ``QUESTIONS`` of the others are gone through. It only spares work: a draft that asks again
    or retracts may keep somebody in, and the verdict then decides.
    """
    today = campaign.today()
    lately = today - dt.timedelta(campaign.check_after)
    looked = Check.objects.filter(demand=OuterRef("demand"), addressee=OuterRef("actor"), date__gt=lately)
    own = Q(statement__speaker=OuterRef("actor")) | Q(statement__on_behalf_of=OuterRef("actor"))
    again = Issuance.objects.filter(demand=OuterRef("demand"), date__gt=OuterRef("statement__date"))
    retracted = Relation.objects.filter(kind=Relation.Kind.RETRACTS, to=OuterRef("statement"))
    settled = Response.objects.filter(
        own,
        ~Exists(again),
        ~Exists(retracted),
        demand=OuterRef("demand"),
        statement__state=State.PUBLISHED,
        stance__in=POSITIONS,
        statement__date__lte=today,
    )
    seen = demands.filter(campaign=campaign).published().values("pk")
    open_ = Party.objects.published().addressees().filter(~Exists(looked), ~Exists(settled), demand__in=seen)
    parties = list(open_.select_related("demand", "actor").order_by("demand__position", "pk")[:QUESTIONS])
    by_actor: dict[Actor, list[tuple[Demand, Finding]]] = defaultdict(list)
    for party, finding in findings(parties, today):
        look = finding.silent_until  # of a whole letter, or at everybody, as well
        if finding.open and (look is None or look.first <= lately):
            by_actor[party.actor].append((party.demand, finding))
    return sorted(by_actor.items(), key=lambda pair: (min(one.opened for _, one in pair[1]), pair[0].folded_name))  # type: ignore[type-var]


def _switched(user: Any) -> list[dict[str, Any]]:
    """Return where others switched the second reader off or on lately, newest first: for the managers of the campaign.

    It is taken from the history, so nobody who may write it can leave it out.
    """
    versions = history_of(Campaign)
    earlier = versions.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    found = (
        versions.filter(id__in=campaigns_of(user, Role.MANAGER).values("pk"))
        .filter(history_date__gte=timezone.now() - SWITCHED)
        .annotate(before=Subquery(earlier.values("second_reader")[:1]))
        .exclude(second_reader=F("before"))
        .exclude(before=None)
        .exclude(history_user=user)
        .order_by("-history_id")[:LINES]
    )
    rows = found.values("id", "name", "second_reader", "history_date", "history_user__username")
    return [row | {"url": reverse("admin:campaigns_campaign_history", args=[row["id"]])} for row in rows]


def _proposals(user: Any) -> Any:
    """Return the proposed changes on which the user decides, and the user's own that wait or came back lately.

    As rows of `_lines`.
    """
    since = timezone.now() - dt.timedelta(days=30)
    waits = Q(state=ProposedChange.State.WAITING)
    own = Q(by=user) & (waits | Q(decided_at__gt=since) & ~Q(decided_by=user))
    others = waits & ~Q(by=user) & Q(campaign__in=campaigns_of(user, Role.PUBLISHER).values("pk"))
    return (
        ProposedChange.objects.filter(own | others)
        .order_by()
        .annotate(
            line_wanted=Value(False, BooleanField()),
            line_asked=Cast(Value(None), DateTimeField()),
            line_asker=Cast(Value(None), CharField()),
            line_noun=Value("proposedchange", CharField()),
            line_label=Cast("label", TextField()),
            line_who=F("by__username"),
        )
        .values_list(
            *("line_wanted", "line_asked", "line_asker", "line_noun", "pk", "line_label", "state", "at", "line_who")
        )
    )


def front_page(site: AdminSite, request: Any) -> dict[str, Any]:
    """Return what the front page shows to this user."""
    user = request.user
    mine = Q(edited_by=user) | Q(recorded_by=user)
    waiting, private, recent, proposals = _lines(
        site, request, Q(state=State.IN_REVIEW) | (Q(state=State.DRAFT) & mine)
    )
    review = str(State.IN_REVIEW.label)
    campaigns = list(site.get_model_admin(Campaign).get_queryset(request).published()[:20])  # type: ignore[attr-defined]
    chosen = next((one for one in campaigns if str(one.pk) == request.GET.get("campaign")), None)
    campaign = chosen or (campaigns[0] if campaigns else None)
    demands = site.get_model_admin(Demand).get_queryset(request)
    return {
        "switched": _switched(user),
        "to_decide": [line for line in proposals if line.who != user.get_username()][:LINES],
        "proposed": [line for line in proposals if line.who == user.get_username()][:LINES],
        "drafts": [line for line in waiting if line.state != review][:LINES],
        "reviews": [line for line in waiting if line.state == review][:LINES],
        "private": private,
        "may_say": can_publish_somewhere(user),
        "may_import": is_at_least(highest_role(user), Role.MANAGER),
        "gaps": [(one, record_url(one), source, demand) for one, source, demand in _gaps(site, request)],
        "unreachable": _unreachable(site, request),
        "campaign": campaign,
        "other_campaigns": [one for one in campaigns if one != campaign],
        "lookups": to_look_up(demands, campaign) if campaign else [],
        "recent": recent,
        "zone": campaign.timezone if campaign else settings.TIME_ZONE,
    }
