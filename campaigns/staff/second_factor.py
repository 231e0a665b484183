"""The second factor: an app on the phone that shows six figures, and codes on paper for when it is lost."""

import base64
import secrets
import time
from io import BytesIO
from typing import Any

import qrcode
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex
from qrcode.image.svg import SvgPathImage

from campaigns.staff.permissions import can_publish_somewhere

__all__ = [
    "codes_left",
    "enrol",
    "forget",
    "has_device",
    "lacking",
    "letters",
    "must_have",
    "new_codes",
    "new_key",
    "picture",
    "verify",
]

#: How many codes on paper somebody gets; each serves once.
CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


def must_have(user: Any) -> bool:
    """Return whether the site's settings ask a second factor of the user."""
    if settings.SECOND_FACTOR == "publishers":
        return can_publish_somewhere(user)
    return bool(settings.SECOND_FACTOR == "everyone")


def lacking(user: Any) -> bool:
    """Return whether the user must have given a second factor to be here, and has not."""
    return getattr(user, "otp_device", None) is None and must_have(user)


def has_device(user: Any) -> bool:
    """Return whether a code is asked of the user."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def codes_left(user: Any) -> int:
    """Return how many codes on paper are left."""
    return sum(device.token_set.count() for device in StaticDevice.objects.filter(user=user))


def _digest(code: str) -> str:
    """Return what is stored of a code on paper: 64 bits, worthless without the secret key."""
    return salted_hmac("campaigns.factor", code, algorithm="sha256").hexdigest()[:16]


@transaction.atomic
def verify(user: Any, code: str) -> Any:
    """Return the device whose code this is, used up now; None where it is no such code."""
    code = "".join(letter for letter in code.lower() if letter.isalnum())
    if len(code) == 6 and code.isdecimal():
        devices: Any = TOTPDevice.objects.filter(user=user, confirmed=True)
    else:
        devices, code = StaticDevice.objects.filter(user=user, confirmed=True), _digest(code)
    return next((device for device in devices.select_for_update() if device.verify_token(code)), None)


def new_key() -> str:
    """Return a key for an app, in hexadecimal."""
    return str(random_hex(20))


def picture(user: Any, key: str) -> bytes:
    """Return the key as a picture, SVG, for the app to read."""
    file = BytesIO()
    address = TOTPDevice(user=user, key=key).config_url
    qrcode.make(address, image_factory=SvgPathImage, box_size=12, border=4).save(file)
    return file.getvalue()


def letters(key: str) -> str:
    """Return the key in letters to type into the app."""
    text = base64.b32encode(bytes.fromhex(key)).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@transaction.atomic
def enrol(user: Any, key: str, code: str) -> TOTPDevice | None:
    """Make the app with that key the user's second factor, instead of any other, if the code is the app's."""
    code = "".join(code.split())
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time()
    if not (code.isascii() and code.isdecimal() and len(code) == 6 and totp.verify(int(code), tolerance=1)):
        return None
    forget(user)
    return TOTPDevice.objects.create(user=user, key=key, name="app", confirmed=True, last_t=totp.t(), drift=totp.drift)


@transaction.atomic
def new_codes(user: Any) -> list[str]:
    """Return new codes on paper, in place of all earlier ones; only their hashes are kept.

    Whoever got in by an earlier code stays in: what a session names is the paper, not the code.
    """
    device, _made = StaticDevice.objects.get_or_create(user=user, name="paper", confirmed=True)
    device.token_set.all().delete()
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(12)) for _ in range(CODES)]
    for code in codes:
        device.token_set.create(token=_digest(code))
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


@transaction.atomic
def forget(user: Any) -> None:
    """Take away the second factor of somebody who lost it."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
