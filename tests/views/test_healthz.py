"""Whether the site is up."""

import pytest
from django.db import DatabaseError, connection


@pytest.mark.django_db
def test_it_is_up_when_the_database_answers_and_no_cache_keeps_that(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        answered = client.get("/healthz")
    assert (answered.status_code, answered.content, answered["Cache-Control"]) == (200, b"ok\n", "no-store")


@pytest.mark.django_db
def test_it_is_down_when_the_database_does_not_answer(client, monkeypatch):
    def fail():
        raise DatabaseError("password of the database")

    monkeypatch.setattr(connection, "cursor", fail)
    answered = client.get("/healthz")
    assert (answered.status_code, answered.content) == (503, b"no database\n")
