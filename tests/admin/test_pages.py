"""Every list and every form of the desk opens."""

import re

from django.apps import apps
from django.urls import reverse

from campaigns.admin.editing.base import RecordAdmin
from campaigns.admin.site import site

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
