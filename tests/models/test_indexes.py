"""Whatever is shown a window at a time has an index in the order of its windows, so that no page sorts all of it."""

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db

#: By model, whose rows they are and their order.
WINDOWS = [
    ("actor", "campaign kind", "folded_name id"),
    ("correction", "campaign", "-at -id"),
    ("demand", "campaign", "position id"),
    ("event", "campaign", "date precision position id"),
    ("issuance", "demand", "date precision id"),
    ("outcome", "campaign", "date precision position id"),
    ("outcome", "demand", "date precision position id"),
    ("source", "campaign", "published_date id"),
    ("statement", "campaign", "date precision position id"),
]


@pytest.mark.parametrize(("noun", "whose", "order"), WINDOWS)
def test_a_window_is_read_in_order(noun, whose, order):
    rows = apps.get_model("campaigns", noun)._base_manager.filter(**dict.fromkeys(whose.split(), 1))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # of few rows it would read all
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
    plan = rows.order_by(*order.split()).explain()
    assert "index" in plan.lower()
    assert ("TEMP B-TREE" in plan, "Sort" in plan) == (False, False)
