"""A small reader of JSON schemas: as much of them as our own description of the API uses, strict about the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

TYPES: Mapping[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
FORMATS = {"uuid": UUID, "date": date.fromisoformat, "date-time": datetime.fromisoformat}
SILENT = {"title", "description", "default", "example", "$defs"}
KNOWN = SILENT | {"type", "format", "enum", "anyOf", "$ref", "properties", "required", "items", "maxLength"}


def fits(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], where: str = "$") -> list[str]:
    """What does not fit, one sentence each. A field that no schema names does not fit either."""
    return list(_troubles(value, schema, document, where))


def _troubles(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], where: str) -> Iterator[str]:
    if unknown := set(schema) - KNOWN:
        yield f"{where}: the reader does not know {unknown}"
    if "$ref" in schema:
        name = re.sub("^#/components/schemas/", "", schema["$ref"])
        yield from _troubles(value, document["components"]["schemas"][name], document, where)
    elif "anyOf" in schema:
        if all(fits(value, one, document, where) for one in schema["anyOf"]):
            yield f"{where}: {value!r} fits none of {schema['anyOf']}"
    else:
        yield from _of_type(value, schema, document, where)


def _of_type(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], where: str) -> Iterator[str]:
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        yield f"{where}: {value!r} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if "format" in schema:
        try:
            FORMATS[schema["format"]](value)
        except ValueError:
            yield f"{where}: {value!r} is no {schema['format']}"
    if kind == "array":
        for number, one in enumerate(value):
            yield from _troubles(one, schema["items"], document, f"{where}[{number}]")
    if kind == "object":
        for name in set(schema.get("required", ())) - set(value):
            yield f"{where}.{name} is missing"
        for name, one in value.items():
            if name not in schema["properties"]:
                yield f"{where}.{name} is not described"
            else:
                yield from _troubles(one, schema["properties"][name], document, f"{where}.{name}")
