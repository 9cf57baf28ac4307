"""API errors: what the web face refuses of the routes that programs call, as their contract says.

Pages say it in sentences, and to whom; a program goes by a code.
"""

import json
from collections.abc import Mapping

from aiohttp import web

from bot.features.incoming.refusals import CODES, PushAnswer, error

API = "/in/"
OUR_FAULT = 500  # and above
MESSAGES: Mapping[int, str] = {
    400: "The request could not be read.",
    404: "There is nothing at this address.",
    405: "This method does not work here: use POST.",
    408: "The request took too long to arrive.",
    413: "The body is larger than 64 KiB.",
    415: "Send a JSON body: Content-Type: application/json, neither packed nor in another charset.",
    421: "This address is not what the bot is reached under.",
    429: "Too many requests from this address.",
    500: "Something went wrong here, and was noted.",
    503: "Not available now: ask again.",
}
_OTHER_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    421: "misdirected_request",
    503: "unavailable",
}


def is_api(request: web.BaseRequest) -> bool:
    """Whether a program called this, whatever route it met."""
    return request.path.startswith(API)


def answer_of(answer: PushAnswer) -> web.Response:
    """An answer as it goes out."""
    text = json.dumps(answer.document, ensure_ascii=False)
    headers = {} if answer.retry_after is None else {"Retry-After": str(answer.retry_after)}
    return web.Response(
        status=answer.status, text=text, content_type="application/json", headers=headers
    )


def refusal_of(status: int, reference: str = "") -> web.Response:
    """What the web face itself refuses; a bug is named by the id that is in the log."""
    status = status if status in MESSAGES else (OUR_FAULT if status >= OUR_FAULT else 400)
    code = _OTHER_CODES.get(status) or CODES[status][0]
    fields = {"id": reference} if reference else {}
    return answer_of(PushAnswer(status, error(code, MESSAGES[status], fields)))
