"""Browsers of staff who are in, and what they do there."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.admin.browser_form import form_values


def enter(user: User) -> Client:
    """Return a browser in which somebody is in."""
    client = Client()
    client.force_login(user)
    return client


def login(name: str) -> Client:
    """Return a browser in which a superuser of that name is in."""
    return enter(User.objects.filter(username=name).first() or User.objects.create_superuser(name))


def address(record: Model) -> str:
    """Return where the form of a record is."""
    return reverse(f"admin:campaigns_{record._meta.model_name}_change", args=[record.pk])


def save(client: Client, where: Model | str, **typed: str) -> Any:
    """Open the form of a record, or the one at an address, and send it with what was typed."""
    path = where if isinstance(where, str) else address(where)
    return client.post(path, form_values(client.get(path)) | typed)
