"""Rows of other rooms that follow a paper when it is made one with another, and come back.

What hangs on papers is found by asking Django, so that votes, comments, collections and whatever
else a room keeps about papers follow without this room knowing any of them. A row that its table
cannot have twice (the second vote of one reader) is set aside and comes back when the papers part.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, ForeignKey, ForeignObjectRel, Model, UniqueConstraint

from broadsheet.papers import models as papers
from broadsheet.papers import works

Row: TypeAlias = dict[str, Any]
"""Columns by name, as JSON can hold them."""
Account: TypeAlias = dict[str, Any]
"""What became of one table's rows: `table`, `column`, and lists `moved` and `aside`."""

DERIVED = frozenset({"search", "feeds"})
"""Rooms that make their rows anew from the papers."""
FACTS = frozenset(
    {
        papers.Identifier,
        papers.Authorship,
        papers.Classification,
        papers.PaperLink,
        papers.PaperVersion,
        papers.Sighting,
        works.FullText,
        works.FirstPage,
    }
)
"""Tables that are written with a paper's facts, or made from them."""


def move(gone: int, kept: int) -> list[Account]:
    """Let everything that hangs on the paper `gone` hang on `kept`."""
    return [told for place in _places() if (told := _moved(place, gone, kept))]


def bring_back(accounts: Sequence[Account], gone: int, kept: int) -> None:
    """Undo `move`, as far as the rows are still there; answers to rows that go back go with
    them, and what was set aside returns where its rival still stands."""
    for account in accounts:
        model = apps.get_model(account["table"])
        column = _field(model, account["column"]).attname
        _bring_back(model, column, account, gone, kept)


def _places() -> Iterator[ForeignKey[Any, Any]]:
    """Every column by which another table names a paper."""
    for relation in papers.Paper._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        model, place = relation.related_model, relation.field
        if isinstance(model, str) or not isinstance(place, ForeignKey) or model in FACTS:
            continue
        if model._meta.app_label not in DERIVED:
            yield place


def _moved(place: ForeignKey[Any, Any], gone: int, kept: int) -> Account | None:
    model, column = place.model, place.attname
    rows = list(model._base_manager.filter(**{column: gone}).values())
    if not rows:
        return None
    theirs = list(model._base_manager.filter(**{column: kept}).values())
    moved, aside = [], []
    for row in rows:
        mine = {name: value for name, value in row.items() if name != column}
        rival = _rival(model, column, row, theirs)
        if rival is not None:
            aside.append({"row": mine, "rival": rival})
            model._base_manager.filter(**row_key(model, row)).delete()
        else:
            moved.append(_without(row_key(model, row), column))
            model._base_manager.filter(**row_key(model, row)).update(**{column: kept})
    told = {"table": model._meta.label, "column": place.name, "moved": moved, "aside": aside}
    plain: Account = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
    return plain


def _bring_back(model: type[Model], column: str, account: Account, gone: int, kept: int) -> None:
    for key in account["moved"]:
        model._base_manager.filter(**key, **{column: kept}).update(**{column: gone})
    for field in model._meta.concrete_fields:
        if field.remote_field and field.remote_field.model is model:
            _bring_answers(model, column, field.name, gone, kept)
    for told in account["aside"]:
        rival = model._base_manager.filter(**told["rival"], **{column: kept})
        if rival.exists() and _can_stand(model, told["row"]):
            _remake(model, told["row"] | {column: gone})


def _bring_answers(model: type[Model], column: str, above: str, gone: int, kept: int) -> None:
    answers = model._base_manager.filter(**{column: kept, f"{above}__{column}": gone})
    while ids := list(answers.values_list("pk", flat=True)):
        model._base_manager.filter(pk__in=ids).update(**{column: gone})


def _rival(model: type[Model], column: str, row: Row, theirs: Sequence[Row]) -> Row | None:
    """What a row of the other paper has in common with this one, so that both cannot stand."""
    for names in _unique(model, column):
        mine = {name: row[name] for name in names}
        if any(all(other[name] == mine[name] for name in names) for other in theirs):
            return mine
    return None


def _unique(model: type[Model], column: str) -> Iterator[tuple[str, ...]]:
    """Columns that no two rows of one paper may share; without any, one row is all it may have."""
    sets = [[field.attname for field in model._meta.pk_fields]]
    sets += [[field.attname] for field in model._meta.concrete_fields if field.unique]
    named = [rule.fields for rule in model._meta.constraints if isinstance(rule, UniqueConstraint)]
    for names in (*named, *model._meta.unique_together):
        sets.append([_field(model, name).attname for name in names])
    for columns in sets:
        if column in columns:
            yield tuple(name for name in columns if name != column)


def row_key(model: type[Model], row: Row) -> Row:
    return {field.attname: row[field.attname] for field in model._meta.pk_fields}


def _without(row: Row, column: str) -> Row:
    return {name: value for name, value in row.items() if name != column}


def _can_stand(model: type[Model], row: Row) -> bool:
    """Whether everything that the row names is still there."""
    for field in model._meta.concrete_fields:
        value = row.get(field.attname)
        if isinstance(field, ForeignKey) and value is not None:
            there = field.remote_field.model._base_manager.filter(pk=value)
            if not there.exists():
                return False
    return True


def _remake(model: type[Model], row: Row) -> None:
    values = {name: _field(model, name).to_python(value) for name, value in row.items()}
    if not model._base_manager.filter(**row_key(model, values)).exists():
        model._base_manager.bulk_create([model(**values)])


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    return next(one for one in model._meta.concrete_fields if name in (one.attname, one.name))
