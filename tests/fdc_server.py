"""A server that behaves like FoodData Central's, traps included, on loopback.

Written from its OpenAPI description and from what is known of it beyond that: questions take nutrient numbers and
answers carry ids; search, detail and list have three shapes; unknown ids are left out; branded foods drown a
search without ``dataType``; a colon in a GET is a server error; the gateway and what is behind it fail in two shapes.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

KEY = "Abc123-the-key-of-this-test"
OUTAGE = b"<!DOCTYPE html><html><head><title>503</title></head><body>Service Unavailable</body></html>"
KILOJOULES, IRON, FAT_NLEA, SUGARS_NLEA, FIBER_2011 = 1062, 1089, 1085, 1063, 2033
NUTRIENTS = {
    1003: ("203", "Protein", "g"),
    1004: ("204", "Total lipid (fat)", "g"),
    1005: ("205", "Carbohydrate, by difference", "g"),
    1008: ("208", "Energy", "kcal"),
    KILOJOULES: ("268", "Energy", "kJ"),
    2047: ("957", "Energy (Atwater General Factors)", "kcal"),
    2048: ("958", "Energy (Atwater Specific Factors)", "kcal"),
    1079: ("291", "Fiber, total dietary", "g"),
    FIBER_2011: ("293", "Total dietary fiber (AOAC 2011.25)", "g"),
    2000: ("269", "Sugars, Total", "g"),
    SUGARS_NLEA: ("269.3", "Sugars, Total", "g"),
    FAT_NLEA: ("298", "Total fat (NLEA)", "g"),
    IRON: ("303", "Iron, Fe", "mg"),
    1162: ("401", "Vitamin C, total ascorbic acid", "mg"),
    1177: ("417", "Folate, total", "µg"),
    1110: ("324", "Vitamin D (D2 + D3), International Units", "IU"),
    1114: ("328", "Vitamin D (D2 + D3)", "µg"),
}
BROCCOLI = {
    "fdcId": 170379, "dataType": "SR Legacy", "description": "Broccoli, raw", "ndbNumber": 11090,
    "category": "Vegetables and Vegetable Products",
    "amounts": {1003: 2.82, 1004: 0.37, 1005: 6.64, 1008: 34, KILOJOULES: 141, 1079: 2.6, 2000: 1.7, IRON: 0.73,
                1162: 89.2, 1177: 63, 1110: 0, 1114: 0},
    "portions": [{"amount": 1, "gramWeight": 91, "modifier": "cup chopped",
                  "measureUnit": {"id": 9999, "name": "undetermined", "abbreviation": "undetermined"}}],
}  # fmt: skip
STRAWBERRIES = {
    "fdcId": 2346409, "dataType": "Foundation", "description": "Strawberries, raw", "ndbNumber": 9316,
    "category": "Fruits and Fruit Juices",
    "amounts": {1003: 0.64, FAT_NLEA: 0.22, 1005: 7.96, 2047: 36.4, 2048: 31.5, KILOJOULES: 152, FIBER_2011: 1.8,
                SUGARS_NLEA: 4.86, IRON: 0.26},
    "portions": [{"amount": 1, "gramWeight": 152, "modifier": "halves", "measureUnit": {"id": 1000, "name": "cup"}}],
}  # fmt: skip
CURRY = {
    "fdcId": 2706398, "dataType": "Survey (FNDDS)", "description": "Beef curry", "foodCode": "27116100",
    "category": "Meat mixed dishes",
    "amounts": {1003: 13.4, 1004: 6.5, 1005: 4.3, 1008: 129, IRON: 1.7},
    "portions": [{"gramWeight": 236, "modifier": "10205", "portionDescription": "1 cup",
                  "measureUnit": {"id": 9999, "name": "undetermined"}}],
}  # fmt: skip


def _generic(number: int) -> dict:
    return {
        "fdcId": 500_000 + number, "dataType": "SR Legacy", "description": f"Spinach, dish {number:03}",
        "category": "Vegetables and Vegetable Products", "amounts": {1008: 20 + number % 7, IRON: 2.7}, "portions": [],
    }  # fmt: skip


def _branded(number: int) -> dict:
    return {
        "fdcId": 2_000_000 + number, "dataType": "Branded", "description": f"SPINACH {number:03}",
        "brandOwner": "Example", "category": "Frozen Vegetables", "amounts": {1008: 25}, "portions": [],
    }  # fmt: skip


FOODS = {
    food["fdcId"]: food
    for food in (BROCCOLI, STRAWBERRIES, CURRY, *map(_generic, range(450)), *map(_branded, range(600)))
}

Fault = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    """``asked`` records the requests; ``faults`` answer the next ones in place of the real thing."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error of the server's: its traceback would stand among what a command says."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, dict[str, str], dict]] = []
        self.faults: list[Fault] = []
        self.always: Fault | None = None
        self.limit = 1000
        self.files: dict[str, Path] = {}
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def api(self) -> str:
        return f"{self.url}/fdc/v1"


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def send(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "application/json", **headers: object
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()
    handler.wfile.write(body)


def outage(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 503, OUTAGE, "text/html")


def outage_that_says_200(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, OUTAGE, "text/html")


def half_a_json(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, b'{"fdcId": 170379, "descr')


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"fdcId":')
    handler.close_connection = True


def hang(handler: BaseHTTPRequestHandler) -> None:
    handler.server.released.wait(20)  # type: ignore[attr-defined]
    handler.close_connection = True


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(400):
        if handler.server.released.wait(0.05):  # type: ignore[attr-defined]
            break
        try:
            handler.wfile.write(b" ")
        except OSError:
            break
    handler.close_connection = True


def over_limit(retry_after: object | None = None) -> Fault:
    body = {"error": {"code": "OVER_RATE_LIMIT", "message": "You have exceeded your rate limit. Try again later."}}
    headers = {"X_RateLimit_Limit": 1000, "X_RateLimit_Remaining": 0}
    if retry_after is not None:
        headers["Retry_After"] = retry_after
    return lambda handler: send(handler, 429, json.dumps(body).encode(), **headers)


def elsewhere(url: str) -> Fault:
    return lambda handler: send(handler, 302, b"", Location=url)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer(json.loads(self.rfile.read(length) or b"{}"))

    def _answer(self, body: dict) -> None:
        parts = urlsplit(self.path)
        query = {name: value[-1] for name, value in parse_qs(parts.query).items()}
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        if self.server.faults:
            self.server.faults.pop(0)(self)
            return
        if self.server.always is not None:
            self.server.always(self)
            return
        if parts.path in self.server.files:
            send(self, 200, self.server.files[parts.path].read_bytes(), "application/zip")
            return
        if (refusal := self._gate(query)) is not None:
            send(self, *refusal)
            return
        status, answer = self._api(parts.path, query | body)
        headers = {
            "X_RateLimit_Limit": self.server.limit,
            "X_RateLimit_Remaining": self.server.limit - len(self.server.asked),
        }
        send(self, status, json.dumps(answer, ensure_ascii=False).encode(), **headers)

    def _gate(self, query: dict) -> tuple[int, bytes] | None:
        key = self.headers.get("X-Api-Key") or query.get("api_key")
        if key in (KEY, "DEMO_KEY"):
            return None
        code = "API_KEY_INVALID" if key else "API_KEY_MISSING"
        message = f"An invalid api_key was supplied: {key}. Get one at https://api.nal.usda.gov:443"
        return 403, json.dumps({"error": {"code": code, "message": message}}).encode()

    def _api(self, path: str, question: dict) -> tuple[int, object]:  # noqa: PLR0911  # one return a route
        if match := re.fullmatch(r"/fdc/v1/food/(\d+)", path):
            food = FOODS.get(int(match[1]))
            return (200, _details(food, _numbers(question))) if food else (404, self._behind(404, "Not Found", path))
        if path == "/fdc/v1/foods":
            ids = question.get("fdcIds", [])
            if not 1 <= len(ids) <= 20:
                return 400, self._behind(400, "Bad Request", path)
            return 200, [_details(FOODS[name], _numbers(question)) for name in ids if name in FOODS]
        size = int(question.get("pageSize", 50))
        if not 1 <= size <= 200:
            return 400, self._behind(400, "Bad Request", path)
        if path == "/fdc/v1/foods/list":
            foods = sorted(_of_type(question), key=lambda food: food["fdcId"])
            return 200, [_abridged(food) for food in _page(foods, size, question)]
        if path == "/fdc/v1/foods/search":
            words = str(question.get("query", ""))
            if self.command == "GET" and ":" in words:
                return 500, self._behind(500, "Internal Server Error", path)
            wanted = words.lower().replace(":", " ").split()
            # Branded foods come first: there are 2 million of them.
            found = sorted(
                (food for food in _of_type(question) if all(word in food["description"].lower() for word in wanted)),
                key=lambda food: (food["dataType"] != "Branded", food["fdcId"]),
            )
            return 200, {
                "totalHits": len(found),
                "currentPage": int(question.get("pageNumber", 1)),
                "totalPages": -(-len(found) // size),
                "foods": [_flat(food) for food in _page(found, size, question)],
            }
        return 404, self._behind(404, "Not Found", path)

    def _behind(self, status: int, error: str, path: str) -> dict:
        """How the application behind the gateway reports an error."""
        return {"timestamp": int(time.time() * 1000), "status": status, "error": error, "message": error, "path": path}


def _of_type(question: dict) -> list[dict]:
    wanted = question.get("dataType")
    return [food for food in FOODS.values() if not wanted or food["dataType"] in wanted]


def _page(foods: list[dict], size: int, question: dict) -> list[dict]:
    start = (int(question.get("pageNumber", 1)) - 1) * size
    return foods[start : start + size]


def _numbers(question: dict) -> set[str]:
    told = question.get("nutrients", [])
    return {str(number) for number in (told.split(",") if isinstance(told, str) else told)}


def _details(food: dict, numbers: set[str]) -> dict:
    rows = [
        {
            "type": "FoodNutrient",
            "id": 1_000_000 + place,  # of the row, not of the nutrient
            "nutrient": dict(zip(("number", "name", "unitName"), NUTRIENTS[fdc_id], strict=True))
            | {"id": fdc_id, "rank": 1},
            "amount": amount,
        }
        for place, (fdc_id, amount) in enumerate(food["amounts"].items())
        if not numbers or NUTRIENTS[fdc_id][0] in numbers
    ]
    category = {"foodCategory": {"id": 11, "code": "1100", "description": food["category"]}}
    if food["dataType"] == "Survey (FNDDS)":
        category = {
            "wweiaFoodCategory": {"wweiaFoodCategoryCode": 3002, "wweiaFoodCategoryDescription": food["category"]}
        }
    kept = {name: food[name] for name in ("fdcId", "dataType", "description", "ndbNumber", "foodCode") if name in food}
    return kept | category | {"publicationDate": "4/1/2019", "foodNutrients": rows, "foodPortions": food["portions"]}


def _abridged(food: dict) -> dict:
    rows = [
        {
            "number": NUTRIENTS[fdc_id][0],
            "name": NUTRIENTS[fdc_id][1],
            "amount": amount,
            "unitName": NUTRIENTS[fdc_id][2].upper(),
        }
        for fdc_id, amount in food["amounts"].items()
    ]
    return {name: food[name] for name in ("fdcId", "dataType", "description")} | {"foodNutrients": rows}


def _flat(food: dict) -> dict:
    rows = [
        {
            "nutrientId": fdc_id,
            "nutrientName": NUTRIENTS[fdc_id][1],
            "nutrientNumber": NUTRIENTS[fdc_id][0],
            "unitName": NUTRIENTS[fdc_id][2].replace("µ", "u").upper().replace("KJ", "kJ"),
            "value": amount,
        }
        for fdc_id, amount in food["amounts"].items()
    ]
    kept = {name: food[name] for name in ("fdcId", "dataType", "description")}
    return kept | {"foodCategory": food["category"], "score": 1.0, "foodNutrients": rows}
