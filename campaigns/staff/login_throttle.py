"""How often a password may be tried: counted before it is hashed, by address, and by name and address (decision 0008).

Never by name alone: who types a colleague's name wrong from elsewhere does not lock the colleague out. Only mails are
counted by the address that they go to alone: what is spent then is in the colleague's inbox.
"""

import datetime as dt
import ipaddress
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from campaigns.models import LoginTry

__all__ = ["admit", "admit_mail", "forgive", "one_question", "one_try"]

#: Tries for one name from one address, within that time.
OF_ONE = 5, dt.timedelta(minutes=15)
#: Tries from one address, whatever the name, within that time: hashing a password costs a third of a second.
FROM_ONE = 10, dt.timedelta(minutes=1)
#: Questions from one address for a link to a new password, within that time.
QUESTIONS = 5, dt.timedelta(minutes=15)
#: Such links to one e-mail address, whoever asks, within that time.
MAILS = 3, dt.timedelta(hours=1)


def _address(request: HttpRequest) -> str:
    """Return where the request comes from, as the proxy in front of a production says; of IPv6 the network."""
    said = "" if settings.DEVELOPMENT else request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
    text = said or request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _key(*parts: str) -> str:
    return salted_hmac("campaigns.throttle", "\n".join(parts), algorithm="sha256").hexdigest()


def _pair(request: HttpRequest, username: str) -> str:
    return _key(_address(request), username.casefold())


def admit(request: HttpRequest, username: str) -> bool:
    """Return whether one more try may be made, and count it."""
    return LoginTry.objects.admit(_key(_address(request)), *FROM_ONE) and LoginTry.objects.admit(
        _pair(request, username), *OF_ONE
    )


def forgive(request: HttpRequest, username: str) -> None:
    """Forget the tries of somebody who got in."""
    LoginTry.objects.filter(key=_pair(request, username)).delete()


@contextmanager
def one_try(request: HttpRequest, username: str) -> Iterator[None]:
    """Count a try before what is inside hashes anything; forget it where that raises nothing, which is: it fits."""
    if not admit(request, username):
        raise _too_many()
    yield
    forgive(request, username)


def one_question(request: HttpRequest) -> None:
    """Count one more question for a link to a new password."""
    if not LoginTry.objects.admit(_key("question", _address(request)), *QUESTIONS):
        raise _too_many()


def _too_many() -> ValidationError:
    said = _("Too many tries from where you are. Wait a quarter of an hour, then try again.")
    return ValidationError(said, code="throttled")


def admit_mail(email: str) -> bool:
    """Return whether one more link may go to that e-mail address, if there is such an account, and count it."""
    return LoginTry.objects.admit(_key("mail", unicodedata.normalize("NFKC", email).casefold()), *MAILS)
