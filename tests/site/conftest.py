"""Both worlds, made once for the tests of this folder: what nobody sees may change no byte of what everybody sees."""

from tests.crawler import Site
from tests.made_once import made_once
from tests.worlds import World


@made_once
def site():
    return Site(World())
