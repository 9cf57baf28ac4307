"""OpenAPI 3.1 description of the door, made of the models that read and write what goes through."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from bot import __version__
from bot.features.incoming.actions import ACTIONS
from bot.features.incoming.refusals import CODES
from bot.features.incoming.results import RESULTS

Described = tuple[type[BaseModel], JsonSchemaMode]
REF = "#/components/schemas/"
NOTES = {
    400: "The request could not be read.",
    401: "Unknown webhook, missing or wrong signature, or a time more than 300 s away.",
    403: "The webhook was not given this action.",
    404: "The server has nobody or nothing with that id; `fields` says which.",
    408: "The request took too long to arrive.",
    409: "The key was sent with another body, or its first request is under way.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not JSON, or it is packed.",
    422: "Not an action as described here, or one that the server's rules or Discord refuse.",
    429: "Too often: each action has its own limit. `Retry-After` says when again.",
    500: "A bug: `fields.id` is in the log.",
    503: "Discord, or the bot, cannot be reached now: ask again with the same key. Without "
    "`Retry-After` it may be done twice, as it had no key, or it was given up.",
}
PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "webhook",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
        "description": "The id in the address that `/webhook incoming create` shows.",
    },
    {
        "name": "X-Signature",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "pattern": "^sha256=[0-9a-f]{64}$"},
        "description": "HMAC-SHA256, in hex, of the raw body with the webhook's secret as the "
        "key; with `X-Timestamp`, of that, a dot and the body.",
    },
    {
        "name": "X-Timestamp",
        "in": "header",
        "schema": {"type": "string", "pattern": "^[0-9]{1,11}$"},
        "description": "Seconds since 1970, at most 300 away.",
    },
    {
        "name": "X-Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "pattern": "^[!-~]([ -~]{0,198}[!-~])?$"},
        "description": "A new one for each action; needed where money moves. The same key and "
        "body within 24 hours answer with the first result, and do nothing.",
    },
]


def document(public_url: str | None) -> dict[str, Any]:
    """The whole description; `public_url` is where the bot is reached."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Herald, incoming webhooks",
            "version": __version__,
            "description": "Actions that programs push into a Discord server.",
        },
        "servers": [{"url": public_url or "/"}],
        "paths": {"/in/{webhook}": {"post": _operation()}},
        "components": {"schemas": _schemas()},
    }


def _operation() -> dict[str, Any]:
    responses = {"200": _answer("It is done; `replayed` where it was before.", "Done")}
    responses |= {str(status): _answer(NOTES[status], "Refused") for status in CODES}
    for status in ("409", "429", "503"):
        responses[status]["headers"] = {
            "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}
        }
    examples = {one.names()[0]: {"value": one.example} for one in ACTIONS}
    return {
        "operationId": "push",
        "summary": "Do one action",
        "parameters": PARAMETERS,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"oneOf": [{"$ref": REF + one.__name__} for one in ACTIONS]},
                    "examples": examples,
                }
            },
        },
        "responses": responses,
    }


def _answer(about: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": REF + schema}}}
    return {"description": about, "content": content}


def _schemas() -> dict[str, Any]:
    told: list[Described] = [(one, "serialization") for one in dict.fromkeys(RESULTS.values())]
    asked: list[Described] = [(one, "validation") for one in ACTIONS]
    _map, made = models_json_schema([*asked, *told], ref_template=REF + "{model}")
    schemas: dict[str, Any] = dict(made["$defs"])
    for one in ACTIONS:
        schemas[one.__name__]["description"] = one.about
    schemas["Done"] = {"oneOf": [_done(name, one.__name__) for name, one in RESULTS.items()]}
    schemas["Refused"] = _refused()
    return schemas


def _done(action: str, result: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "ok": {"const": True},
            "action": {"const": action},
            "result": {"$ref": REF + result},
            "replayed": {"const": True},
        },
        "required": ["ok", "action", "result"],
        "additionalProperties": False,
    }


def _refused() -> dict[str, Any]:
    codes = sorted({code for each in CODES.values() for code in each})
    return {
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "code": {"enum": codes},
                    "message": {"type": "string"},
                    "fields": {"type": "object", "additionalProperties": {"type": "string"}},
                },
                "required": ["code", "message", "fields"],
                "additionalProperties": False,
            },
            "replayed": {"const": True},
        },
        "required": ["error"],
        "additionalProperties": False,
    }
