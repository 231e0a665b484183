"""The way in: name, password and code on one form, with one answer to whatever is wrong with them."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, UserCreationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.staff import (
    login_throttle,
    password_reset,
    second_factor,
)
from campaigns.staff.idle_accounts import gets_in

__all__ = ["AGAIN", "EnrolForm", "EntranceForm", "JoinForm", "kept_fields"]

if TYPE_CHECKING:
    _CreationForm = UserCreationForm[User]
else:  # Django's own class takes no type when it runs
    _CreationForm = UserCreationForm

#: Before the names of the fields of a form to get in again, beside what was typed before the session ended.
AGAIN = "again"


class EntranceForm(AuthenticationForm):
    """Name, password, and the code of whoever has a second factor."""

    code = forms.CharField(
        label=_lazy("Code from your app"),
        required=False,
        max_length=40,
        strip=True,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text=_lazy("Or one of your codes on paper. Leave it empty if you have set up neither."),
    )

    def clean(self) -> Any:
        """Let somebody in, or say that something does not fit: never what, so that names cannot be tried out."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username is None or not password:
            return self.cleaned_data
        with login_throttle.one_try(self.request, username):  # type: ignore[arg-type]
            user: Any = authenticate(self.request, username=username, password=password)
            if user is None or not gets_in(user) or not self._has_factor(user):
                raise ValidationError(_("Name, password and code do not fit together."), code="invalid_login")
        self.user_cache = user
        return self.cleaned_data

    def _has_factor(self, user: Any) -> bool:
        """Return whether the code is one of the user's, or none is asked."""
        if not second_factor.has_device(user):
            return True
        user.otp_device = second_factor.verify(user, self.cleaned_data.get("code", ""))
        return user.otp_device is not None


class JoinForm(_CreationForm):
    """A name and a password for somebody who was invited; the password is held to the site's rules."""

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email"]
        help_texts = {"email": _lazy("Only for a link to a new password, should you forget yours; may stay empty.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for an e-mail address only where it is of use."""
        super().__init__(*args, **kwargs)
        if not password_reset.is_offered():
            del self.fields["email"]

    def save(self, commit: bool = True) -> Any:
        """Make an account of the staff that has no right but its roles."""
        user: Any = super().save(commit=False)
        user.is_staff = True
        user.save()
        return user


class EnrolForm(forms.Form):
    """The first code of an app, and the password once more, so that an open session is not enough."""

    password = forms.CharField(
        label=_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_lazy("Code that the app shows"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, request: Any, key: str, *args: Any, **kwargs: Any) -> None:
        """Keep who enrols, and the key that the app was given."""
        super().__init__(*args, **kwargs)
        self.request, self.key = request, key
        self.device: Any = None

    def clean(self) -> Any:
        """Enrol, if both fit."""
        user, data = self.request.user, self.cleaned_data
        if "password" not in data or "code" not in data:
            return data
        with login_throttle.one_try(self.request, user.get_username()):
            if user.check_password(data["password"]):
                self.device = second_factor.enrol(user, self.key, data["code"])
            if self.device is None:
                raise ValidationError(_("The password or the code is wrong. The code changes every half minute."))
        return data


def kept_fields(request: Any, *, passwords: bool = False) -> list[tuple[str, str]]:
    """Return what was typed before a session ended, name by name, without what belongs to the login.

    Passwords, those of new accounts, are kept only where it is still the same session.
    """
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not name.startswith(f"{AGAIN}-") and name != "csrfmiddlewaretoken" and (passwords or "password" not in name)
    ]
