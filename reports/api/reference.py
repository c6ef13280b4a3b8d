"""The OpenAPI document rearranged for a page: sections of operations, and the shapes that they name."""

from __future__ import annotations

from typing import Any

from core.api.schema import REFUSALS

METHODS = ("get", "post", "put", "patch", "delete")


def sections_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one section per tag, in the order of the document, each with its operations."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if operation := operations.get(method):
                sections.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    return [{"tag": tag, "operations": operations} for tag, operations in sections.items()]


def shapes_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every shape with its fields; plain lists of values are shapes with values."""
    return [
        {"name": name, "fields": _fields(shape), "values": shape.get("enum", [])}
        for name, shape in document["components"]["schemas"].items()
    ]


def _operation(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": "" if operation["description"] == operation["summary"] else operation["description"],
        "parameters": [
            {
                "name": parameter["name"],
                "place": parameter["in"],
                "type": type_of(parameter["schema"]),
                "required": parameter.get("required", False),
                "description": _text(parameter),
            }
            for parameter in operation.get("parameters", [])
        ],
        "bodies": _contents(operation.get("requestBody", {})),
        "answers": [
            {"status": status, "description": answer.get("description", ""), "bodies": _contents(answer)}
            for status, answer in sorted(operation["responses"].items())
            if int(status) not in REFUSALS  # the page says these once for all
        ],
    }


def _contents(holder: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"media": media, "type": type_of(content["schema"])} for media, content in holder.get("content", {}).items()
    ]


def _fields(shape: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "type": type_of(field),
            "required": name in shape.get("required", []),
            "description": _text(field),
        }
        for name, field in shape.get("properties", {}).items()
    ]


def _text(described: dict[str, Any]) -> str:
    # The list of choices that the framework appends is printed with the shape it names.
    text = described.get("description", "")
    return "" if text.startswith("* `") else text.split("\n\n* `")[0]


def type_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Return how a type is printed: a ``name``, the ``shape`` it links to if it has one, and whether it is a list."""
    if schema.get("type") == "array":
        return {**type_of(schema["items"]), "many": True}
    parts = [part for key in ("allOf", "oneOf", "anyOf") for part in schema.get(key, [])]
    for part in (schema, *parts):
        if "$ref" in part:
            shape = part["$ref"].rsplit("/", 1)[-1]
            return {"name": shape, "shape": shape, "many": False}
    if "enum" in schema:
        return {
            "name": " | ".join(str(value) for value in schema["enum"] if value is not None),
            "shape": "",
            "many": False,
        }
    return {"name": schema.get("format") or schema.get("type", "any"), "shape": "", "many": False}
