"""The languages of the site: every text, the desk's too, is there in Spanish, and a Spanish campaign reads so."""

import ast
import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation.template import templatize

from campaigns.admin.site import site
from campaigns.models import Actor, Classification, Effect, Relation, Scope, Stance, Statement, Status
from campaigns.verdicts import AnswerState
from campaigns.views.about import ANSWER_STATES, STANCES, STATUSES
from tests.factories import (
    affect,
    answer,
    check,
    make_campaign,
    make_demand,
    make_event,
    make_membership,
    make_outcome,
    make_person,
    make_post,
    make_source,
    make_statement,
    make_user,
    raise_demand,
)
from tests.pages import text

SPANISH = Path(settings.BASE_DIR, "locale", "es", "LC_MESSAGES")
STRING = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""


def catalog():
    """The compiled texts: {English: Spanish}; a plural's forms have the key (English, form)."""
    with (SPANISH / "django.mo").open("rb") as file:
        return GNUTranslations(file)._catalog


def source_texts():
    """The .po file, in the shape of `catalog`."""
    found = {}
    for block in (SPANISH / "django.po").read_text().split("\n\n"):
        parts = re.findall(r'^(msg\w+)(?:\[(\d)\])? ((?:"(?:.*)"\n?)+)', block, re.MULTILINE)
        texts = {
            kind + form: "".join(ast.literal_eval(line) for line in quoted.split("\n") if line)
            for kind, form, quoted in parts
        }
        for kind, words in texts.items():
            if words and kind.startswith("msgstr") and texts["msgid"]:
                found[(texts["msgid"], int(kind[-1])) if kind != "msgstr" else texts["msgid"]] = words
    return found


def test_the_compiled_texts_are_those_of_the_source():
    compiled = catalog()
    compiled.pop("")
    assert compiled == source_texts()


ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.*") if path.suffix in (".html", ".svg"))
MODULES = sorted(
    path
    for app in ("campaigns", "accountability")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)


def marked_in(template):
    """The texts that a template marks, each as the key of its Spanish."""
    code = templatize(template)
    singles = re.findall(rf"(?<!n)(?:\b_|gettext)\({STRING}\)", code)
    plurals = re.findall(rf"ngettext\({STRING},", code)
    return [ast.literal_eval(one) for one in singles] + [(ast.literal_eval(one), 0) for one in plurals]


def test_every_text_of_a_template_and_of_a_module_is_there_in_spanish():
    marked = {path: marked_in(path.read_text()) for path in TEMPLATES}
    marked |= {path: [*marked_texts(path.read_text())] for path in MODULES}
    compiled = catalog()
    missing = [(path.name, text) for path, texts in marked.items() for text in texts if not compiled.get(text)]
    assert missing == []
    assert len({text for texts in marked.values() for text in texts}) > 1000  # else they were not found


#: Words that say “tú” to somebody; the site says “usted”.
FAMILIAR = re.compile(
    r"\b(tú|tu|tus|te|ti|contigo|eres|estás|has|tienes|puedes|quieres|debes|sabes|ves)\b", re.IGNORECASE
)


def test_spanish_says_usted_to_everybody():
    assert [words for words in catalog().values() if FAMILIAR.search(words)] == []
    assert FAMILIAR.search("Entra con tu contraseña.")


#: What marks a text, and which of its arguments is the key in the catalogue.
MARKS = {"_": 0, "_lazy": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "ngettext_lazy": 0}


def marked_texts(code):
    """The texts that Python code marks, each as the key of its Spanish; None for one that is not there as it is."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            text = node.args[MARKS[node.func.id]]
            if not isinstance(text, ast.Constant):
                yield None
            else:
                yield (text.value, 0) if node.func.id.startswith("n") else text.value


def test_marked_texts_are_recognized():
    code = '_("One") + ngettext("%(n)d", "%(n)d all", 2) + _lazy("a" "b") + _(name) + other("No")'
    assert sorted(map(str, marked_texts(code))) == ["('%(n)d', 0)", "None", "One", "ab"]


def test_every_label_of_the_desks_own_records_is_marked():
    ours = [model for model in site._registry if model._meta.app_label == "campaigns"]
    fields = [field for model in ours for field in model._meta.concrete_fields if field.editable and field.name != "id"]
    labels = [(model.__name__, model._meta.verbose_name) for model in ours]
    labels += [(str(field), field.verbose_name) for field in fields]
    assert len(ours) > 10
    assert [name for name, label in labels if not isinstance(label, Promise)] == []


@pytest.mark.django_db
def test_the_desk_reads_as_spanish_to_who_prefers_it(client):
    source = make_source(publisher="Diario", title="Un informe")
    statement = make_statement([source], state="draft", speaker=make_person(name="Smith"), summary="No.", slug="no")
    raise_demand(make_demand(title="Que se vaya", slug="fuera", text="Fuera."), statement)
    client.force_login(make_user(is_superuser=True, username="ana"))
    pages = ["/admin/", "/admin/account/", "/admin/campaigns/campaign/import/", "/admin/campaigns/statement/"]
    pages += [f"/admin/campaigns/statement/{statement.pk}/{part}" for part in ("change/", "history/")]
    for page in pages:
        answer = client.get(page, headers={"Accept-Language": "es"})
        assert "Accept-Language" in answer.headers["Vary"]
        assert '<html lang="es"' in answer.content.decode()
        english = DESK_ENGLISH.findall(text(answer))
        assert (page, english) == (page, [])
    assert '<html lang="en"' in client.get("/admin/").content.decode()
    preview = client.get(f"/admin/campaigns/statement/{statement.pk}/preview/", headers={"Accept-Language": "es"})
    assert '<html lang="en"' in preview.content.decode()


CHOICES = (Stance, Status, AnswerState, Statement.Kind, Relation.Kind, Effect.Kind, Classification, Scope, Actor.Kind)


@pytest.mark.parametrize("choices", CHOICES, ids=lambda choices: choices.__qualname__)
def test_every_word_of_the_vocabulary_is_there_in_spanish(choices):
    with translation.override("en"):
        words = [str(choice.label) for choice in choices]
    assert [word for word in words if word not in catalog()] == []


def test_every_explanation_is_there_in_spanish():
    with translation.override("en"):
        sentences = [str(text) for words in (STANCES, STATUSES, ANSWER_STATES) for text in words.values()]
    assert [sentence for sentence in sentences if sentence not in catalog()] == []


#: English words that no Spanish text holds; names and quotations in the test below are in Spanish.
DESK_ENGLISH = re.compile(
    r"\b(the|of|and|what|who|with|this|that|have|has|demand|where|readers|save|source)\b", re.IGNORECASE
)
ENGLISH = re.compile(
    r"\b(the|of|and|was|were|what|who|with|this|that|have|has|on record|answered|days|demand)\b", re.IGNORECASE
)


@pytest.mark.django_db
def test_a_spanish_campaign_reads_as_spanish_throughout(client):
    campaign = make_campaign(slug="kc", name="La campaña", language="es", licence="CC BY 4.0", summary="Siete exigen.")
    body = make_post(slug="jefe", name="Jefe", campaign=campaign)
    body.organization.name = "La policía"
    body.organization.save()
    chief = make_person(slug="smith", name="Smith", campaign=campaign)
    make_membership(chief, post=body, start="2017-08")
    demand, other = (
        make_demand([chief, body], [chief], campaign=campaign, slug=slug, title="Que se vaya", text="Que se vaya ya.")
        for slug in ("fuera", "otra")
    )
    letter = make_statement(campaign=campaign, slug="carta", kind="open_letter", summary="Piden.", addressees=[chief])
    for one in (letter.speaker, *letter.citations.all()):
        source = getattr(one, "source", one)
        source.name = source.title = source.publisher = "Diario"
        source.save()
    raise_demand(demand, letter, text="Fuera ya.")
    raise_demand(other, when="2021-04")
    source = letter.citations.get().source
    answer(demand, speaker=chief, campaign=campaign, sources=[source], summary="Dice que no.", replies_to=letter)
    event = make_event(campaign=campaign, slug="fallo", title="El fallo", sources=[source])
    affect(event, demand)
    make_outcome(demand, sources=[source], reason="Se fue.")
    check(other, body)
    pages = (
        *("", "timeline/", "demands/", "demands/fuera/", "demands/otra/", "statements/carta/", "events/fallo/"),
        *("officials/", "officials/smith/", "posts/jefe/", "organizations/", "sources/", "about/", "data/"),
        *(f"organizations/{body.organization.slug}/", f"sources/{source.slug}/", "people/nadie/"),
        *("search/", "search/?q=smith", "search/?q=nada", "search/?q=smith&noun=sources"),
    )
    answers = {page: client.get(f"/kc/{page}") for page in pages}
    assert {'<html lang="es"' in answered.content.decode() for answered in answers.values()} == {True}
    english = {page: [m[0] for m in ENGLISH.finditer(text(answered))] for page, answered in answers.items()}
    assert english == {page: [] for page in pages}


def test_no_text_is_kept_in_spanish_that_nothing_says():
    marked = {text for path in TEMPLATES for text in marked_in(path.read_text())}
    marked |= {text for path in MODULES for text in marked_texts(path.read_text())}
    unused = {key for key in source_texts() if (key if isinstance(key, str) else (key[0], 0)) not in marked}
    assert unused == set()
