"""Browsers of staff who are in."""

from django.contrib.auth.models import User
from django.test import Client


def enter(user: User) -> Client:
    """Return a browser in which somebody is in."""
    client = Client()
    client.force_login(user)
    return client


def login(name: str) -> Client:
    """Return a browser in which a superuser of that name is in."""
    return enter(User.objects.filter(username=name).first() or User.objects.create_superuser(name))
