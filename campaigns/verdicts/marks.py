"""Whose each answer of some statements is, for the timeline: what a reader must know of whoever gave it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.models import Issuance, Party, Statement
from campaigns.verdicts.facts import Days
from campaigns.verdicts.reading import taken_back, ties, voices_of
from campaigns.verdicts.verdict import Whose, whose

__all__ = ["Mark", "marks"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reader must know of whoever gave an answer: an answer can come from somebody who was not asked."""

    #: Whose words they are; None where nobody is on record as asked.
    whose: Whose | None
    #: The record names who could grant the demand, and it is somebody else.
    cannot_grant: bool
    #: The statement by which its own authors took it back.
    retracted_by: Statement | None
    #: It is dated after today.
    ahead: bool


def marks(entries: Iterable[Statement | object]) -> dict[int, Mark]:
    """Return by the response's pk what to mark of the answers that these statements give; other records are skipped.

    The statements carry their parts (`timeline.STATEMENT_PARTS`). Three queries,
    one more with answers to whole letters, up to three where an answer was taken back.
    """
    statements = [record for record in entries if isinstance(record, Statement) and record.answers]
    if not statements:
        return {}
    letters = {response.letter_id for statement in statements for response in statement.answers if response.letter_id}
    raised: dict[int, set[int]] = defaultdict(set)
    if letters:
        issuances = Issuance.objects.published().filter(statement__in=letters).order_by()
        for letter, demand in issuances.values_list("statement", "demand"):
            raised[letter or 0].add(demand)
    subjects = {
        response.pk: raised[response.letter_id] if response.letter_id else {response.demand_id or 0}
        for statement in statements
        for response in statement.answers
    }
    parties: dict[str, dict[int, set[int]]] = {role: defaultdict(set) for role in Party.Role.values}
    rows = Party.objects.published().filter(demand__in=set().union(*subjects.values())).order_by()
    for role, demand, actor in rows.values_list("role", "demand", "actor"):
        parties[role][demand].add(actor)
    who = ties({statement.campaign_id for statement in statements})
    today = statements[0].campaign.today()
    flagged = [statement for statement in statements if statement.retracted]  # type: ignore[attr-defined]
    retracted = taken_back(flagged, today)
    found = {}
    for statement in statements:
        voices = voices_of(statement.speaker_id, statement.on_behalf_of_id, statement.took_part)
        last = max(statement.when.last, statement.end.last) if statement.end else statement.when.last
        days = Days(statement.when.first, last)
        for response in statement.answers:
            asked, deciders = (
                set[int]().union(*(parties[role][demand] for demand in subjects[response.pk])) for role in _ROLES
            )
            grants = any(who.voice(actor, voices, days) for actor in deciders)
            found[response.pk] = Mark(
                whose=whose(voices, days, asked, deciders, who) if asked else None,
                cannot_grant=bool(deciders) and not grants,
                retracted_by=retracted.get(statement.pk),
                ahead=statement.when.first > today,
            )
    return found


_ROLES = (Party.Role.ADDRESSEE, Party.Role.DECISION_MAKER)
