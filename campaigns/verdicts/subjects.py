"""Which demands an entry of the record is about, for those who tell beside it what the record concludes of them."""

from collections import defaultdict
from collections.abc import Iterable

from campaigns.models import Demand, Event, Issuance, Outcome, Statement

__all__ = ["subjects"]


def subjects(records: Iterable[Statement | Event | Outcome | Issuance]) -> list[list[Demand]]:
    """Return for each record the published demands that it raises, answers, affects or closes; a letter's are its own.

    The records carry their parts (`timeline.STATEMENT_PARTS`, `EVENT_PARTS`). One query, none without answers to a
    whole letter.
    """
    found = list(records)
    answers = [response for one in found if isinstance(one, Statement) for response in one.answers]
    raised: dict[int, list[Demand]] = defaultdict(list)
    if letters := {response.letter_id for response in answers if response.letter_id}:
        issuances = Issuance.objects.published().filter(statement__in=letters).select_related("demand__campaign")
        for issuance in issuances.order_by("demand__position", "pk"):
            raised[issuance.statement_id or 0].append(issuance.demand)
    return [_unique(_subjects(one, raised)) for one in found]


def _subjects(record: Statement | Event | Outcome | Issuance, raised: dict[int, list[Demand]]) -> Iterable[Demand]:
    match record:
        case Statement():
            yield from (issuance.demand for issuance in record.raises)
            for response in record.answers:
                yield from [response.demand] if response.demand else raised[response.letter_id or 0]
        case Event():
            yield from (effect.demand for effect in record.affects)
        case _:
            yield record.demand


def _unique(demands: Iterable[Demand]) -> list[Demand]:
    return list({demand.pk: demand for demand in demands}.values())
