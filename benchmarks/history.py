"""What the seals of the history cost: saving a record, and importing 1,000 statements, with them and without.

    python -m benchmarks.history

Run it on an empty database (`DATABASE_URL`): everything is rolled back.
"""

import io
import os
import statistics
import time
from collections.abc import Callable
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accountability.settings")


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long it takes, in processor milliseconds of this process."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def main(saves: int = 300, imports: int = 5) -> None:
    """Measure by turns, and print medians and ratios."""
    django.setup()
    from django.db import connection, transaction

    from benchmarks.data import make_campaign
    from campaigns.campaign_file import campaign_data, import_campaign, write_json
    from campaigns.models import Statement, history

    with transaction.atomic():
        campaign = make_campaign("measured", 1000)
        text = io.StringIO()
        write_json(campaign_data(campaign), text)
        data = text.getvalue().replace('"slug": "measured"', '"slug": "copy"').encode()
        rows = list(Statement.objects.order_by("pk")[:saves])
        for row in rows:
            row.save()
        times: dict[tuple[str, bool], list[float]] = {}

        def imported() -> None:
            with transaction.atomic():
                import_campaign(io.BytesIO(data))
                transaction.set_rollback(True)

        def measure(sealed: bool) -> None:
            nothing = mock.patch.multiple(history, seal=lambda *_: "", seals_before=lambda *_: {})
            with mock.patch.object(history, "_BATCH", history._BATCH) if sealed else nothing:
                saved = [milliseconds(row.save) for row in rows]
                times.setdefault(("save", sealed), []).append(statistics.median(saved))
                times.setdefault(("import", sealed), []).append(milliseconds(imported))

        for _ in range(imports):
            measure(True)
            measure(False)
        transaction.set_rollback(True)
    print(f"{connection.vendor}, processor milliseconds, medians")
    for what in ("save", "import"):
        plain, sealed = (statistics.median(times[what, one]) for one in (False, True))
        print(f"{what:8}{plain:10.2f} without{sealed:10.2f} with{sealed / plain:8.2f} x")


if __name__ == "__main__":
    main()
