"""Proving once more who one is, before what would do most harm at a computer that was left open or stolen.

Saving what one writes never asks, bringing an older version back is saving. A view declares with `asks_proof` when it
asks; whatever declares nothing and is not known to be harmless asks: a new page that takes something, a new button, a
new action of a list.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models import Versioned
from campaigns.staff import login_throttle, second_factor

__all__ = ["ProofForm", "asks_proof", "is_record_form", "is_weighty"]

View = TypeVar("View", bound=Callable[..., Any])

#: The pages of a record on which somebody writes.
_WRITING = {"add", "change", "restore"}
#: What their buttons send that publishes nothing, and what Django's own little windows send along.
_SAVING = {
    "_save",
    "_addanother",
    "_continue",
    "_addnext",
    "_send_to_review",
    "_return_to_draft",
    "_popup",
    "_to_field",
}


def asks_proof(when: Callable[[Any], bool]) -> Callable[[View], View]:
    """Declare of which requests a view asks once more who somebody is, instead of those that are weighty."""

    def declared(view: View) -> View:
        view.asks_proof = when  # type: ignore[attr-defined]
        return view

    return declared


def is_weighty(request: Any) -> bool:
    """Say whether a request publishes, withdraws, acts on many, takes files in, or changes who has access."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return False
    if _is_writing(request.resolver_match.url_name or ""):
        return any(button.startswith("_") and button not in _SAVING for button in request.POST)
    return True


def is_record_form(request: Any) -> bool:
    """Say whether a request is to the form of a record, or of a part of one."""
    name = request.resolver_match.url_name or ""
    return _is_writing(name) and not name.endswith("_restore")


def _is_writing(name: str) -> bool:
    """Say whether the page of that name is one on which a record, or a part of one, is written."""
    app, _sep, rest = name.partition("_")
    noun, _sep, page = rest.rpartition("_")
    if app != "campaigns" or page not in _WRITING:
        return False
    try:
        return issubclass(apps.get_model(app, noun), Versioned)
    except LookupError:
        return False


class ProofForm(forms.Form):
    """A code from the app, where somebody has one: the browser may know the password. Of all others the password."""

    proof = forms.CharField(max_length=4096, strip=False)

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Ask for what this user has."""
        super().__init__(*args, **kwargs)
        self.request, self.by_code = request, second_factor.has_device(request.user)
        field = self.fields["proof"]
        kinds = {"autocomplete": "one-time-code" if self.by_code else "current-password", "autofocus": True}
        if self.by_code:
            field.label, field.help_text = _lazy("Code from your app"), _lazy("Or one of your codes on paper.")
            field.widget = forms.TextInput(attrs={**kinds, "autocapitalize": "none", "spellcheck": "false"})
        else:
            field.label, field.widget = _lazy("Your password"), forms.PasswordInput(attrs=kinds)
        field.widget.is_required = True

    def clean_proof(self) -> str:
        """Hold it against what is known, as often as the throttle of the login lets anybody try."""
        user, proof = self.request.user, str(self.cleaned_data["proof"])
        with login_throttle.one_try(self.request, user.get_username()):
            fits = second_factor.verify(user, proof) is not None if self.by_code else user.check_password(proof)
            if not fits:
                raise ValidationError(_("It does not fit. Nothing that you typed is lost."))
        return proof
