"""The description of the API, made of the functions that answer it."""

from __future__ import annotations

import inspect
import re
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings

from broadsheet import __version__
from broadsheet.api import contributing, hub, listings, own, personal, picks, whoami, writes
from broadsheet.api.errors import Fault
from broadsheet.api.route import Own, Route
from broadsheet.api.writes import Write

ROUTES: tuple[Route, ...] = (*hub.ROUTES, *listings.ROUTES, *own.ROUTES, *picks.ROUTES)
PLACE = "#/components/schemas/{name}"
WRITES: tuple[Write, ...] = (
    *writes.ROUTES,
    *contributing.ROUTES,
    *personal.ROUTES,
    *picks.WRITES,
)

Json = dict[str, Any]
PART = re.compile(r"\{(\w+)\}")


@lru_cache
def document() -> bytes:
    """OpenAPI 3.1, as JSON."""
    shapes = [shape for route in ROUTES for shape in (route.asked, route.answered)]
    shapes += [shape for write in WRITES for shape in (write.sent, write.answered)]
    shapes += [whoami.Me, Fault]
    schemas, components = msgspec.json.schema_components(shapes, ref_template=PLACE)
    paths: Json = {}
    for number, route in enumerate(ROUTES):
        asked, answered = schemas[2 * number : 2 * number + 2]
        paths[route.path] = {"get": _read(route, _resolved(asked, components), answered)}
    for number, write in enumerate(WRITES, start=len(ROUTES)):
        sent, answered = schemas[2 * number : 2 * number + 2]
        paths.setdefault(write.path, {})["post"] = _write(write, sent, answered)
    paths[whoami.PATH] = {"get": _whose_token(schemas[-2])}
    for asked in schemas[0 : 2 * len(ROUTES) : 2]:  # these stand as parameters
        components.pop(asked["$ref"].rpartition("/")[2], None)
    about = {"title": f"{settings.SITE_NAME}: API", "version": __version__}
    return msgspec.json.encode(
        {"openapi": "3.1.0", "info": about, "paths": paths, "components": {"schemas": components}}
    )


def described(route: Route) -> tuple[str, str]:
    """The first paragraph of what an address does, and all of it."""
    told = inspect.getdoc(route.answer) or ""
    return " ".join(told.partition("\n\n")[0].split()), " ".join(told.split())


def parameters(route: Route) -> list[tuple[str, str]]:
    """The name of each thing that may be asked, and what may stand there, in words."""
    [schema], components = msgspec.json.schema_components([route.asked], ref_template=PLACE)
    told = _parameters(route.path, _resolved(schema, components))
    return [(it["name"], in_words(it["schema"]) + ", required" * it["required"]) for it in told]


def in_words(schema: Json) -> str:
    """`Papers in the answer, at most: from 1 to 100, else 50`."""
    if "anyOf" in schema:
        schema = {**next(one for one in schema["anyOf"] if one.get("type") != "null"), **schema}
    facts = []
    if choices := [str(one) for one in schema.get("enum", ()) if one]:
        facts.append(" or ".join(choices))
    if "minimum" in schema:
        facts.append(f"from {schema['minimum']:,} to {schema['maximum']:,}")
    if schema.get("default") not in (None, ""):
        facts.append(f"{schema['default']} unless told")
    meaning = schema.get("description", "").removesuffix(".")
    return ": ".join(filter(None, (meaning, ", ".join(facts))))


def _read(route: Route, asked: Json, answered: Json) -> Json:
    summary, description = described(route)
    answers = {"200": _json("What was asked for.", answered), "304": {"description": "As before."}}
    told = _parameters(route.path, asked)
    if told:
        answers["400"] = _fault("What was asked cannot be understood.")
    if "{name}" in route.path:
        answers["404"] = _fault("There is nothing of that name.")
    if isinstance(route, Own):
        answers["401"] = _fault("A token is needed.")
        answers["403"] = _fault(f"The token's scopes lack `{route.scope}`.")
        answers["404"] = _fault("There is nothing of that name.")
    answers["429"] = _fault("That was too much in five minutes; see Retry-After.")
    return {
        "operationId": f"get_{_identifier(route.path)}",
        "summary": summary,
        "description": description,
        "parameters": told,
        "responses": answers,
    }


def _whose_token(answered: Json) -> Json:
    return {
        "operationId": f"get_{_identifier(whoami.PATH)}",
        "summary": "Whose token this is.",
        "description": "Answers a token of any scope; the address of mail needs `read`.",
        "parameters": [],
        "responses": {
            "200": _json("Its reader, and what it may do.", answered),
            "401": _fault("A token is needed."),
        },
    }


def _write(write: Write, sent: Json, answered: Json) -> Json:
    parts = {name: {"type": "string"} for name in PART.findall(write.path)}
    body = {"required": True, "content": {"application/json": {"schema": sent}}}
    return {
        "operationId": f"post_{_identifier(write.path)}",
        "summary": write.summary,
        "description": f"Needs a token of scope `{write.scope}`, or a session with X-CSRFToken.",
        "parameters": _parameters(write.path, {"properties": parts}),
        "requestBody": body,
        "responses": {"200": _json("It is done.", answered), **_refusals()},
    }


def _refusals() -> Json:
    """What any write may answer instead."""
    told = {
        400: "What was sent cannot be understood, or cannot be.",
        401: "A token is needed that allows this.",
        403: "The token does not reach, or its reader may not write.",
        404: "There is nothing of that name.",
        409: "It was done already, or something else stands against it.",
        413: "That is too long.",
        429: "That was too much for now.",
        503: "Another site is needed and does not answer; try again later.",
    }
    return {str(status): _fault(description) for status, description in told.items()}


def _parameters(path: str, asked: Json) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path" if f"{{{name}}}" in path else "query",
            "required": name in asked.get("required", ()) or f"{{{name}}}" in path,
            "schema": schema,
        }
        for name, schema in asked["properties"].items()
    ]


def _identifier(path: str) -> str:
    return re.sub(r"\W+", "_", path).strip("_")


def _resolved(schema: Json, components: Json) -> Json:
    place: str = schema["$ref"]
    found: Json = components[place.rpartition("/")[2]]
    return found


def _json(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _fault(description: str) -> Json:
    return _json(description, {"$ref": PLACE.format(name="Fault")})
