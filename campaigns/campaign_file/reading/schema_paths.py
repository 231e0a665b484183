"""What may stand under each key, read from the schemas' types: so a new key is checked without being listed again."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from campaigns import schemas
from campaigns.campaign_file.reading.parsing import Items, Keys

__all__ = ["Path", "Shape", "keys_at", "mappings", "references", "shape_at"]

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand under a key."""

    #: The noun whose slug may stand there.
    noun: str | None = None
    #: The mapping that may stand there; beside a noun, as the long form of an item.
    model: type[schemas.Base] | None = None
    #: Whether it is a list of them.
    many: bool = False
    choices: tuple[str, ...] = ()
    description: str = ""

    @property
    def expected(self) -> str:
        """Say what may stand there."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.noun:
            one = f"the slug of {'an' if self.noun[0] in 'aeiou' else 'a'} {self.noun}"
        elif self.model:
            keys = list(self.model.model_fields)
            one = f"a mapping with the keys {', '.join(keys[:3])}{', …' if keys[3:] else ''}"
        else:
            one = self.description or "a text"
        return f"a list (each item {one})" if self.many else one


def _shape(annotation: Any, metadata: tuple[Any, ...] = ()) -> Shape:
    """Return the shape of a field's type."""
    for mark in metadata:
        if isinstance(mark, schemas.Ref):
            return Shape(noun=mark.noun)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(arguments[0], tuple(arguments[1:]))
    if origin is list:
        item = _shape(arguments[0])
        return Shape(item.noun, item.model, True, item.choices, item.description)
    if origin in (Union, UnionType):
        forms = [_shape(argument) for argument in arguments if argument is not NoneType]
        noun = next((form.noun for form in forms if form.noun), None)
        model = next((form.model for form in forms if form.model), None)
        return Shape(noun, model, choices=forms[0].choices, description=forms[0].description)
    if origin is Literal:
        return Shape(choices=tuple(map(str, arguments)))
    if isinstance(annotation, type):
        if issubclass(annotation, schemas.Base):
            return Shape(model=annotation)
        if issubclass(annotation, enum.Enum):
            return Shape(choices=tuple(str(member.value) for member in annotation))
        if annotation is bool:
            return Shape(choices=("true", "false"))
        if annotation is int:
            return Shape(description="a whole number from 0 to 32767")
    return Shape()


@cache
def _shapes(model: type[schemas.Base]) -> dict[str, Shape]:
    """Return the shapes of a mapping's keys."""
    shapes = {}
    for key, field in model.model_fields.items():
        shape = _shape(field.annotation, tuple(field.metadata))
        shapes[key] = Shape(shape.noun, shape.model, shape.many, shape.choices, field.description or shape.description)
    return shapes


def keys_at(path: Path) -> list[str]:
    """Return the keys that a mapping at that path may have."""
    model = schemas.CampaignFile if not path else shape_at(path).model
    return list(_shapes(model)) if model else []


def shape_at(path: Path) -> Shape:
    """Return the shape of what may stand at that path, of one item where the path leads into a list."""
    shape = Shape(model=schemas.CampaignFile)
    for step in path:
        if isinstance(step, int):
            shape = Shape(shape.noun, shape.model, False, shape.choices, shape.description)
        else:
            shape = _shapes(shape.model).get(step, Shape()) if shape.model else Shape()
    return shape


def mappings(
    data: Keys, model: type[schemas.Base] = schemas.CampaignFile, at: Path = ()
) -> Iterator[tuple[Path, type[schemas.Base], Keys]]:
    """Yield (path, schema, mapping) for the data and every mapping in it that the schemas know."""
    yield at, model, data
    for key, shape in _shapes(model).items():
        if shape.model:
            for path, item in _values(data, key, at):
                if isinstance(item, Keys):
                    yield from mappings(item, shape.model, path)


def references(data: Keys, model: type[schemas.Base], at: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield (path, noun, slug) for every slug in a mapping, but not in those inside it, that names another record."""
    for key, shape in _shapes(model).items():
        if shape.noun:
            for path, item in _values(data, key, at):
                if isinstance(item, str):
                    yield path, shape.noun, item


def _values(data: Keys, key: str, at: Path) -> Iterator[tuple[Path, object]]:
    """Yield (path, value) for what stands under a key, for each item where that is a list."""
    value = data.get(key)
    if isinstance(value, Items):
        yield from (((*at, key, number), item) for number, item in enumerate(value))
    else:
        yield (*at, key), value
