"""A plan from a web handler, with the standard library alone: POST a request as JSON, get the plan as JSON.

`app` is plain WSGI, for any server. The plan is worked out in the thread of the request; a client that asks for too
much is answered with the error, and a deadline ends the work.
"""

import json
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING
from wsgiref.simple_server import make_server

from mealplan import FoodsError, PlanRequest, generate

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

DEADLINE_S = 60.0


class TooLong(Exception):
    """The deadline has passed."""


def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer one request: 200 with the plan, 400 for what is wrong with it, 503 after the deadline."""
    started = time.monotonic()

    def watch(_step: str) -> None:
        if time.monotonic() - started > DEADLINE_S:
            raise TooLong

    try:
        length = min(int(environ.get("CONTENT_LENGTH") or 0), 100_000)
        request = PlanRequest.model_validate(json.loads(environ["wsgi.input"].read(length)))
        status, body = "200 OK", generate(request, progress=watch).to_json()
    except (FoodsError, ValueError) as error:
        status, body = "400 Bad Request", json.dumps({"error": str(error)})
    except TooLong:
        status, body = "503 Service Unavailable", json.dumps({"error": "this took too long"})
    start_response(status, [("Content-Type", "application/json")])
    return [body.encode()]


if __name__ == "__main__":
    with make_server("127.0.0.1", 8000, app) as server:
        print("POST http://127.0.0.1:8000/")
        server.serve_forever()
