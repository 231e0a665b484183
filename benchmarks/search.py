"""python -m benchmarks.search: what a search costs at 100,000 statements, newest and best first.

The statements have 40 words each of a vocabulary in which few words are in most texts and most words in few, as in a
language. The queries are drawn from it: one to three words, some as a phrase, some with an exclusion. Each time is one
call of `campaigns.search.search`, results included, without the page; beside it the same words by `icontains` on two
columns, in the same run; and what of it is the one query for counts and places. Writes into the database that
DATABASE_URL names, which must be empty and is left filled. SIZE=100000 RUNS=200.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any

import django


def main() -> None:
    """Make the data, measure, print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accountability.settings")
    os.environ.setdefault("DEVELOPMENT", "1")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import Q

    from campaigns.models import Campaign, Statement
    from campaigns.search import NOUNS, Query, _look, matching, search

    size, runs = int(os.environ.get("SIZE", "100000")), int(os.environ.get("RUNS", "200"))
    call_command("migrate", verbosity=0)
    random = Random(1)
    vocabulary = [_word(random) for _ in range(5000)]
    weights = [1 / (rank + 10) for rank in range(len(vocabulary))]
    if not Campaign.objects.filter(slug=f"search-{size}").exists():
        _write(size, random, vocabulary, weights)
    campaign = Campaign.objects.get(slug=f"search-{size}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO campaigns_searchentry(campaigns_searchentry) VALUES ('optimize')")

    random = Random(2)

    def draw() -> str:
        picked = random.choices(vocabulary, weights, k=random.choice([1, 1, 2, 2, 3]))
        text = " ".join(picked)
        return random.choice([text, text, text, f'"{text}"', f"{text} -{random.choices(vocabulary, weights)[0]}"])

    texts = [draw() for _ in range(runs)]

    def plain(text: str) -> Any:
        rows = Statement.objects.published().filter(campaign=campaign)
        for term in text.replace('"', "").replace("-", "").split():
            rows = rows.filter(Q(summary__icontains=term) | Q(quote__icontains=term))
        return list(rows.order_by("-date", "-pk")[:5]), rows[:1001].count()

    print(f"{connection.vendor}, {size:,} statements, {runs} queries; milliseconds")
    reference = _measure("icontains (reference)", plain, texts[:20])
    for name, options in {
        "newest": {},
        "best": {"best": True},
        "newest, statements": {"noun": "statements", "limit": 20},
        "best, statements": {"noun": "statements", "limit": 20, "best": True},
    }.items():
        median = _measure(name, lambda text, o=options: search(campaign, Query.parse(text, campaign), **o), texts)
        print(f"{'':24} {median / reference:.2f} of the reference")

    def look(text: str) -> Any:
        query = Query.parse(text, campaign)
        return _look(campaign, query, [matching(query, campaign)], list(NOUNS), 6, None)

    _measure("newest: only the query", look, texts)
    for text in (vocabulary[0], f"{vocabulary[0]} {vocabulary[1]}", f'"{vocabulary[0]} {vocabulary[1]}"', "zzzz"):
        _measure(f"newest: {text}", lambda text: search(campaign, Query.parse(text, campaign)), [text] * 9)
        _measure(f"best: {text}", lambda text: search(campaign, Query.parse(text, campaign), best=True), [text] * 9)


def _measure(name: str, ask: Callable[[str], Any], texts: list[str]) -> float:
    """Print percentiles of the times, and the median of this process's own, and return the median of the times."""
    ask(texts[0])
    times, own = [], []
    for text in texts:
        started, worked = time.perf_counter(), time.process_time()
        ask(text)
        times.append((time.perf_counter() - started) * 1000)
        own.append((time.process_time() - worked) * 1000)
    times.sort()
    median, last = statistics.median(times), times[max(len(times) * 99 // 100 - 1, 0)]
    print(f"{name:24} p50 {median:7.1f}   p99 {last:7.1f}   processor p50 {statistics.median(own):6.1f}")
    return median


def _word(random: Random) -> str:
    return "".join(random.choice("bcdfglmnprstv") + random.choice("aeiou") for _ in range(random.randint(2, 4)))


def _write(size: int, random: Random, vocabulary: list[str], weights: list[float]) -> None:
    """Write a published campaign of that many statements, 40 speakers and 14 demands, and index it."""
    from django.db import transaction

    from campaigns.models import Actor, Campaign, Citation, Demand, SearchEntry, Source, State, Statement

    started = time.perf_counter()
    common = {"state": State.PUBLISHED}
    common["campaign"] = campaign = Campaign.objects.create(slug=f"search-{size}", name="Search", **common)
    source = Source.objects.create(slug="source", url="https://example.org/", **common)
    people = [
        Actor.objects.create(kind="person", slug=f"p-{n}", name=f"{vocabulary[n * 7]} {vocabulary[n * 11]}", **common)
        for n in range(40)
    ]
    for n in range(14):
        Demand.objects.create(slug=f"d-{n}", title=" ".join(random.choices(vocabulary, weights, k=5)), **common)
    for first in range(0, size, 2000):
        with transaction.atomic():
            rows = [
                Statement(
                    campaign=campaign,
                    slug=f"s-{n}",
                    date=f"{2010 + random.randrange(15)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
                    speaker=random.choice(people),
                    summary=" ".join(random.choices(vocabulary, weights, k=15)),
                    quote=" ".join(random.choices(vocabulary, weights, k=25)),
                )
                for n in range(first, min(first + 2000, size))
            ]
            rows = Statement.objects.bulk_create(rows)
            Citation.objects.bulk_create([Citation(statement=row, source=source) for row in rows])
            Statement.objects.filter(pk__gte=rows[0].pk).update(state=State.PUBLISHED)
    print(f"wrote {size:,} statements in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    started = time.perf_counter()
    added = SearchEntry.objects.refresh_all(campaign)
    print(f"indexed {added:,} in {time.perf_counter() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
