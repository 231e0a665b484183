"""A forgotten password: a link by e-mail, where the site sends any, that serves once and within an hour.

The answer says nothing of whether there is an account: the database is asked the same for every address, and the mail
is written and sent once the answer is out, by a thread of its own, so that nobody can measure it.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.staff import login_throttle
from campaigns.staff.idle_accounts import gets_in
from campaigns.staff.sessions import end_sessions
from campaigns.text.numbers import as_number

__all__ = ["forgotten", "forgotten_sent", "is_offered", "link_of", "new_password", "user_of"]

logger = logging.getLogger(__name__)

#: What the session keeps of a link that was opened, so that its address is left at once.
_OPENED = "forgotten"
#: One thread: mails go out one after the other, and whoever ends the process waits for the last.
outbox = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forgotten")


def is_offered() -> bool:
    """Return whether a forgotten password can be replaced by e-mail here."""
    return bool(settings.EMAIL_HOST)


class _Answer(HttpResponseRedirect):
    """The answer to every address; the server closes it when it is out, and only then the mails are written."""

    def __init__(self, users: list[Any]) -> None:
        super().__init__(reverse("admin:forgotten_sent"))
        self.users, self.language = users, translation.get_language()

    def close(self) -> None:
        super().close()
        outbox.submit(_send, self.users, self.language)


def _send(users: list[Any], language: str | None) -> None:
    """Send each of the accounts its link, in the language of who asked."""
    host = urlsplit(settings.DESK_ORIGIN).hostname or ""
    for user in users:
        with translation.override(language):
            names = {"name": user.get_username(), "site": urlsplit(settings.DESK_ORIGIN).netloc}
            parts = (
                _("Somebody, we hope you, asked for a new password for the account “%(name)s” at %(site)s.") % names,
                _("Choose it here within an hour; the link serves once:"),
                link_of(user),
                _("If you have a second factor, its code is asked for as ever when you sign in."),
                _("It was not you? Then do nothing: your password stays as it is, and whoever asked learns nothing.")
                + " "
                + _("If such mails keep coming, tell whoever runs the site."),
            )
            subject = _("A new password for %(name)s at %(site)s") % names
        # Django's own identifier names the machine.
        headers = {"Message-ID": make_msgid(domain=host), "Auto-Submitted": "auto-generated"}
        try:
            EmailMessage(subject, "\n\n".join(parts) + "\n", None, [user.email], headers=headers).send()
        except Exception as error:  # nobody waits for this thread; and its words may repeat the address
            logger.error("A link for a new password could not be sent: %s", type(error).__name__)


def link_of(user: Any) -> str:
    """Return the address that lets the user choose a new password; it begins with the site's own.

    The token is in the query, which no log of ours keeps (docs/deployment.md), and never in the path.
    """
    token = f"{user.pk}-{default_token_generator.make_token(user)}"
    return f"{settings.DESK_ORIGIN}{reverse('admin:new_password')}?link={token}"


def user_of(text: str) -> Any:
    """Return whose link it is; None where it was not made here, is too old, was used, or would let nobody in."""
    number, _dash, token = text.partition("-")
    user = User.objects.filter(pk=as_number(number) or 0).first()
    return user if user and gets_in(user) and default_token_generator.check_token(user, token) else None


def _look(site: Any, request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return TemplateResponse(request, f"admin/{template}", {**site.each_context(request), **context}, status=status)


def _ask_for_offer() -> None:
    if not is_offered():
        raise Http404


def forgotten(site: Any, request: HttpRequest) -> HttpResponse:
    """Ask for the address of the account, and send it a link; for an address that none has all but the sending is done.

    Too many questions from one place are refused, whatever they ask for. Every address gets the same answer, also one
    that has had its mails.
    """
    _ask_for_offer()
    form = PasswordResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            login_throttle.one_question(request)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            email = form.cleaned_data["email"]
            admitted, users = login_throttle.admit_mail(email), [one for one in form.get_users(email) if gets_in(one)]
            return _Answer(users if admitted else [])
    return _look(site, request, "forgotten.html", title=_("Forgotten password"), form=form)


def forgotten_sent(site: Any, request: HttpRequest) -> HttpResponse:
    """Say what happens now: the same of every address."""
    _ask_for_offer()
    return _look(site, request, "forgotten_sent.html", title=_("Look into your mail"))


def new_password(site: Any, request: Any) -> HttpResponse:
    """Let whoever opened a link choose a new password, which ends every session; to get in is another matter."""
    _ask_for_offer()
    link = request.GET.get("link")
    user = user_of(request.session.get(_OPENED, "") if link is None else link)
    if user is None:
        return _look(site, request, "new_password.html", status=404, title=_("This link holds no longer"))
    if link is not None:
        request.session[_OPENED] = link
        return HttpResponseRedirect(reverse("admin:new_password"))
    form: Any = SetPasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save()
        logout(request)
        end_sessions(user)
        messages.success(request, _("Your new password is set. Sign in with it."))
        return HttpResponseRedirect(reverse("admin:login"))
    return _look(site, request, "new_password.html", title=_("Choose a new password"), form=form, account=user)
