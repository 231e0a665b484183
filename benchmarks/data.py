"""A made-up campaign of any size, written in bulk: the shape of a real one, the numbers of a very large one."""

import datetime as dt
from random import Random

from campaigns.campaign_file import count_anew
from campaigns.models import (
    Actor,
    Campaign,
    Citation,
    Classification,
    Demand,
    Event,
    Issuance,
    Membership,
    Participant,
    Party,
    Precision,
    Relation,
    Response,
    Source,
    Stance,
    State,
    Statement,
)

WORDS = (
    "council",
    "said",
    "police",
    "cameras",
    "budget",
    "review",
    "office",
    "funded",
    "vote",
    "spring",
    "would",
    "not",
)


def make_campaign(slug: str, statements: int, *, demands: int = 14, actors: int = 40, seed: int = 1) -> Campaign:
    """Write a published campaign with that many statements over ten years; half of them answer one or two demands."""
    random = Random(seed)
    campaign = Campaign.objects.create(slug=slug, name=f"Campaign of {statements:,}", state=State.PUBLISHED)
    common = {"campaign": campaign, "state": State.PUBLISHED}

    def sentence(words: int) -> str:
        return " ".join(random.choices(WORDS, k=words)).capitalize() + "."

    people = []
    for n in range(actors):
        kind = "organization" if n % 4 == 0 else "person"
        kind_fields = {"classification": Classification.GOVERNMENT} if kind == "organization" else {}
        actor = Actor(kind=kind, slug=f"actor-{n}", name=f"Actor Number {n}", **common, **kind_fields)
        actor.fold_name()
        people.append(actor)
    people = Actor.objects.bulk_create(people)
    bodies = [actor for actor in people if actor.kind == "organization"]
    Membership.objects.bulk_create(
        Membership(member=actor, organization_id=random.choice(bodies).pk) for actor in people if actor.kind == "person"
    )
    asked = Demand.objects.bulk_create(
        Demand(slug=f"demand-{n}", title=f"Demand number {n}", text=sentence(12), position=n, **common)
        for n in range(demands)
    )
    Party.objects.bulk_create(
        Party(demand=demand, actor=actor, position=n)
        for demand in asked
        for n, actor in enumerate(random.sample(people, 3))
    )
    sources = Source.objects.bulk_create(
        Source(
            slug=f"source-{n}",
            url=f"https://news.example.org/{n}",
            publisher="The Example",
            title=sentence(7),
            published_date=dt.date(2015, 1, 1),
            published_precision=Precision.DAY,
            **common,
        )
        for n in range(max(statements // 3, 1))
    )
    first = dt.date(2015, 1, 1)
    rows = []
    for n in range(statements):
        day, precision = first + dt.timedelta(days=random.randrange(3650)), Precision.DAY
        if n % 12 == 0:
            day, precision = day.replace(day=1), Precision.MONTH
        rows.append(
            Statement(
                campaign=campaign,
                state=State.DRAFT,
                slug=f"statement-{n}",
                date=day,
                precision=precision,
                kind=random.choice(Statement.Kind.values),
                speaker=random.choice(people),
                on_behalf_of=random.choice(people) if n % 3 == 0 else None,
                summary=sentence(14),
                quote=sentence(30) if n % 5 else "",
            )
        )
    said = Statement.objects.bulk_create(rows, batch_size=2000)
    Citation.objects.bulk_create((Citation(statement=s, source=random.choice(sources)) for s in said), batch_size=2000)
    count_anew()
    Statement.objects.filter(campaign=campaign).update(state=State.PUBLISHED)
    raising = said[: max(statements // 20, 1)]
    Issuance.objects.bulk_create(
        (Issuance(demand=random.choice(asked), statement=s, date=s.date, precision=s.precision) for s in raising),
        batch_size=2000,
    )
    Participant.objects.bulk_create(
        (Participant(statement=s, role="addressee", actor=random.choice(people)) for s in raising), batch_size=2000
    )
    Response.objects.bulk_create(
        (
            Response(statement=s, demand=demand, stance=random.choice(Stance.values), position=n)
            for s in said[len(raising) : statements // 2]
            for n, demand in enumerate(random.sample(asked, random.choice([1, 1, 2])))
        ),
        batch_size=2000,
    )
    Relation.objects.bulk_create(
        (Relation(statement=s, to=random.choice(raising)) for s in said[statements // 2 :: 7]), batch_size=2000
    )
    Event.objects.bulk_create(
        Event(slug=f"event-{n}", title=sentence(5), date=first, precision=Precision.DAY, campaign=campaign)
        for n in range(10)
    )
    count_anew()
    return campaign
