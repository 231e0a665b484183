"""Every list and every form of the desk opens."""

import re

from django.apps import apps
from django.urls import reverse

from campaigns.admin.editing.base import RecordAdmin
from campaigns.admin.site import site
from campaigns.models import Actor, history_of

NOUNS = [
    model
    for model in apps.get_app_config("campaigns").get_models()
    if site.is_registered(model) and isinstance(site.get_model_admin(model), RecordAdmin)
]
#: In which field an empty form begins; the page of actors asks of which kind.
FIRST = {
    "Actor": "",
    "Source": "url",
    "Statement": "quote",
    "Membership": "member",
    **dict.fromkeys(("Campaign", "Person", "Organization", "Post"), "name"),
    **dict.fromkeys(("Demand", "Event"), "title"),
    **dict.fromkeys(("Outcome", "Check", "Issuance"), "demand"),
}


def test_a_noun_has_a_list_and_a_form_and_an_empty_one_begins_in_its_first_field(staff, everything):
    found = {}
    for model in NOUNS:
        name = f"admin:campaigns_{model._meta.model_name}"
        assert staff.get(reverse(f"{name}_changelist")).status_code == 200
        assert staff.get(reverse(f"{name}_change", args=[model.objects.first().pk]), follow=True).status_code == 200
        empty = staff.get(reverse(f"{name}_add"))
        assert empty.status_code == 200
        assert "change_form.js" not in empty.text
        focused = re.findall(r"<(?:input|select|textarea)[^>]*\sautofocus[\s>][^>]*", empty.text)
        found[model.__name__] = " ".join(re.search(r'\sname="(\w+)"', one)[1] for one in focused)
    assert found == FIRST


def test_what_is_typed_begins_on_the_side_of_its_script(staff, everything):
    page = staff.get(reverse("admin:campaigns_statement_add")).text
    (quotation,) = re.findall(r'<textarea name="quote"[^>]*>', page)
    (place,) = re.findall(r'<input [^>]*name="venue"[^>]*>', page)
    (address,) = re.findall(r'<input [^>]*name="source_url"[^>]*>', page)
    assert ('dir="auto"' in quotation, 'dir="auto"' in place, "dir=" in address) == (True, True, False)


def test_every_list_is_searched_and_every_noun_shows_its_first_version(staff, everything):
    """The same questions as of the browser's walk through the desk, which PostgreSQL does not repeat."""
    for model, options in site._registry.items():
        if options.search_fields:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            assert staff.get(reverse(name), {"q": "o"}).status_code == 200
    for model in set(NOUNS) - {Actor}:
        row = model.objects.first()
        version = history_of(model._meta.concrete_model).filter(id=row.pk).earliest("history_date")
        page = reverse(f"admin:campaigns_{model._meta.model_name}_restore", args=[row.pk])
        assert staff.get(page, {"to": version.history_date.isoformat()}).status_code == 200
