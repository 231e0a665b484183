"""The first staff account, and a new password for one."""

import io
import re

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

pytestmark = pytest.mark.django_db


def run(*args, **options):
    output = io.StringIO()
    call_command("staff_account", *args, **options, stdout=output)
    return output.getvalue()


def password_in(output):
    return re.search(r"password +(\S{20,})", output)[1]


def test_an_empty_site_gets_a_superuser_whose_password_is_shown_once():
    output = run()
    user = authenticate(username="staff", password=password_in(output))
    assert user.is_superuser
    assert "http://testserver/admin/" in output
    assert run() == ""


def test_a_site_with_users_gets_no_other():
    User.objects.create_user("maria")
    assert run() == ""
    assert list(User.objects.values_list("username", flat=True)) == ["maria"]


def test_reset_gives_the_first_superuser_a_new_password():
    old = password_in(run())
    User.objects.create_user("maria")
    new = password_in(run(reset=True))
    assert authenticate(username="staff", password=new).username == "staff"
    assert authenticate(username="staff", password=old) is None


def test_reset_gives_the_named_user_a_new_password_and_nobody_else():
    run()
    User.objects.create_user("maria", password="as it was")
    hashes = dict(User.objects.values_list("username", "password"))
    new = password_in(run("maria", reset=True))
    assert authenticate(username="maria", password=new).username == "maria"
    assert User.objects.get(username="staff").password == hashes["staff"]


@pytest.mark.parametrize("args", [("nobody",), ()])
def test_reset_says_when_there_is_no_such_user(args):
    with pytest.raises(CommandError, match="no"):
        run(*args, reset=True)
    assert not User.objects.exists()
