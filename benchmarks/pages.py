"""python -m benchmarks.pages: what each page costs at 1,000 and at 100,000 statements, and their ratio.

Median processor time of a request through all middleware, without a network, beside a plain view of 30 kB in the same
run. Writes into the database that DATABASE_URL names, which must be empty and is left filled. SIZES=1000,100000 RUNS=9.
"""

import os
import statistics
import sys
import time

import django


def main() -> None:
    """Make the data, measure every page, print one line each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accountability.settings")
    os.environ.setdefault("DEVELOPMENT", "1")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.data import make_campaign
    from campaigns.models import Campaign, Statement

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    sizes = [int(size) for size in os.environ.get("SIZES", "1000,100000").split(",")]
    for size in sizes:
        if not Campaign.objects.filter(slug=f"c{size}").exists():
            started = time.perf_counter()
            make_campaign(f"c{size}", size)
            print(f"wrote {size:,} statements in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    if connection.vendor == "sqlite":
        connection.cursor().execute("ANALYZE")
    client, runs = Client(), int(os.environ.get("RUNS", "9"))

    def measure(path: str) -> tuple[float, int, int]:
        """Return median processor milliseconds, queries and bytes of one page."""
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(path)
        if answer.status_code != 200:
            sys.exit(f"{path} answered {answer.status_code}")
        times = []
        for _ in range(runs):
            started = time.process_time()
            answer = client.get(path)
            times.append((time.process_time() - started) * 1000)
        return statistics.median(times), len(queries), len(answer.content)

    middle = {
        size: Statement.objects.filter(campaign__slug=f"c{size}").order_by("date", "pk")[size // 2] for size in sizes
    }
    pages = {
        "overview": "/{c}/",
        "timeline": "/{c}/timeline/",
        "timeline, half way": "/{c}/timeline/?before={key}",
        "timeline, stance": "/{c}/timeline/?stance=rejects",
        "timeline, demand": "/{c}/timeline/?demand=demand-1",
        "timeline, unanswered": "/{c}/timeline/?unanswered=on",
        "demands": "/{c}/demands/",
        "demand": "/{c}/demands/demand-1/",
        "officials": "/{c}/officials/",
        "official": "/{c}/officials/actor-1/",
        "organization": "/{c}/organizations/actor-4/",
        "statement": "/{c}/statements/statement-77/",
        "sources": "/{c}/sources/",
        "source": "/{c}/sources/source-7/",
        "feed": "/{c}/feed.atom",
        "lanes": "/{c}/lanes.svg",
        "search": "/{c}/search/?q=camera",
        "board": "/{c}/answers/",
    }
    chosen = sys.argv[1:] or list(pages)
    print(f"{connection.vendor}, processor ms (median of {runs}), queries, kB")
    for name in chosen:
        results = []
        for size in sizes:
            row = middle[size]
            key = f"{row.date:%Y%m%d}.{row.precision}.{row.position}.1.{row.pk}"
            try:
                results.append(measure(pages[name].format(c=f"c{size}", key=key)))
            except SystemExit as error:
                print(f"{name:20} {error}")
                break
        else:
            cells = "  ".join(f"{ms:8.1f} ms {n:3} q {size / 1000:6.1f} kB" for ms, n, size in results)
            print(f"{name:20} {cells}  ×{results[-1][0] / results[0][0]:.2f}")


if __name__ == "__main__":
    main()
