"""The API's own description, OpenAPI 3.1, made from its table of endpoints and the types of what it takes and gives."""

from collections.abc import Sequence
from typing import Any

import msgspec

from fairfloor.web.api.endpoints import Ask, Endpoint
from fairfloor.web.api.shapes import Wrong

VERSION = "1"
_WRONG = {
    400: "It is not understood.",
    403: "It is not yours to do, or the token is not of your page.",
    404: "It is not here.",
    409: "It cannot be done now; the sentence says why.",
    413: "It is too much.",
    415: "It is not JSON.",
    422: "A part of it is out of bounds.",
    429: "It comes too often.",
    503: "The evening does not run any more.",
}
_READING, _WRITING = (404, 422), (400, 403, 409, 413, 415, 422, 429, 503)


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Give the document."""
    types = [kind for one in endpoints for kind in (one.gives, one.takes) if kind is not None]
    kinds = [*dict.fromkeys(types), Wrong]
    schemas, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    of = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fairfloor",
            "version": VERSION,
            "description": "What the pages of a chat show. What may be read here anybody may read.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "X-Fairfloor-Token"},
            },
        },
    }


def _operation(one: Endpoint, of: dict[type, dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"summary": one.about, "responses": _answers(one, of)}
    if one.asks:
        told["parameters"] = [_parameter(ask) for ask in one.asks]
    if one.takes is not None:
        told["security"] = [{"token": []}]
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": of[one.takes]}}}
    return told


def _answers(one: Endpoint, of: dict[type, dict[str, Any]]) -> dict[str, Any]:
    wrong = {"application/json": {"schema": of[Wrong]}}
    fine = {"200": {"description": one.about, "content": {"application/json": {"schema": of[one.gives]}}}}
    codes = _READING if one.takes is None else _WRITING
    return fine | {str(code): {"description": _WRONG[code], "content": wrong} for code in codes}


def _parameter(ask: Ask) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1}
    if ask.words:
        schema = {"type": "string", "enum": list(ask.words)}
    elif ask.most is not None:
        schema = {"type": "integer", "minimum": ask.least, "maximum": ask.most}
    where = "path" if ask.inside else "query"
    required = ask.inside or ask.required
    return {"name": ask.name, "in": where, "required": required, "description": ask.about, "schema": schema}
