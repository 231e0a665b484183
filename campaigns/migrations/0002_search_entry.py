"""The search index: an FTS5 table in SQLite, a table with a tsvector and its GIN index in PostgreSQL."""

from django.db import migrations, models

import campaigns.models.words_field

SQLITE = [
    # The tokens are ASCII letters and digits already; sizes of columns are only needed for a ranking we do not use.
    "CREATE VIRTUAL TABLE campaigns_searchentry USING fts5(words, tokenize = 'ascii', columnsize = 0)",
]
POSTGRESQL = [
    "CREATE TABLE campaigns_searchentry (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX search_words ON campaigns_searchentry USING gin (words)",
]


def create(apps, schema_editor):
    for sql in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(sql)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE campaigns_searchentry")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("key", models.BigIntegerField(db_column="rowid", primary_key=True, serialize=False)),
                ("words", campaigns.models.words_field.WordsField()),
            ],
            options={"db_table": "campaigns_searchentry", "managed": False},
        ),
        migrations.RunPython(create, drop),
    ]
