"""A small client of our own public API, as a stranger would write one."""

import asyncio
from typing import Any

from nightmarket.entrypoints.demo.content import PASSWORD, Person
from nightmarket.kernel.http import HttpClient, HttpError, new_http_client
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.security import random_token


class Refused(Exception):
    """The API answered with a problem."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail') or problem.get('title')}")
        self.status = status
        self.code = str(problem.get("code"))
        self.problem = problem


class ApiClient:
    """One person talking to the API. Signs in again by itself when the access token has run out."""

    def __init__(self, address: str, person: Person | None = None, http: HttpClient | None = None) -> None:
        self.address = address.rstrip("/")
        self.person = person
        self.user_id = ""
        self._http = http or new_http_client()
        self._token: str | None = None

    async def sign_in(self) -> None:
        """Log in; the first time, register."""
        person = self._someone()
        answer = await self._send("POST", "/auth/login", {"email": person.email, "password": PASSWORD}, None)
        if answer.status_code == 401:
            body = {
                "email": person.email,
                "password": PASSWORD,
                "display_name": person.name,
                "locale": person.locale,
                "market": person.market,
            }
            answer = await self._send("POST", "/auth/register", body, None)
        account = self._read(answer)
        self._token = account["access_token"]
        self.user_id = account["user"]["id"]

    async def get(self, path: str) -> Any:
        """GET an API path; the JSON answer."""
        return await self._call("GET", path, None)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """POST with an idempotency key, kept over a retry."""
        return await self._call("POST", path, body, key or new_id("idk"))

    async def patch(self, path: str, body: Any) -> Any:
        """PATCH an API path."""
        return await self._call("PATCH", path, body)

    async def upload(self, name: str, data: bytes, content_type: str, purpose: str) -> str:
        """Send a file as the API says; the object key to use afterwards."""
        body = {"filename": name, "content_type": content_type, "size": len(data), "purpose": purpose}
        ticket = await self.post("/uploads", body)
        url = ticket["upload_url"]
        target = url if url.startswith("http") else self.address + url
        answer = await self._http.request(ticket["method"], target, content=data, headers=ticket["headers"])
        answer.raise_for_status()
        return str(ticket["object_key"])

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    def _someone(self) -> Person:
        if self.person is None:
            raise ValueError("an anonymous client cannot sign in")
        return self.person

    async def _call(self, method: str, path: str, body: Any, key: str | None = None) -> Any:
        for attempt in range(4):
            try:
                answer = await self._send(method, path, body, key)
            except HttpError:
                if attempt == 3:
                    raise
                await asyncio.sleep(0.5 * 2**attempt)
                continue
            if answer.status_code == 401 and self.person is not None and attempt == 0:
                await self.sign_in()
                continue
            if answer.status_code == 503 and attempt < 3:
                await asyncio.sleep(0.5 * 2**attempt)
                continue
            return self._read(answer)
        raise AssertionError("unreachable")

    async def _send(self, method: str, path: str, body: Any, key: str | None) -> Any:
        headers = {"X-Request-ID": f"demo-{random_token(9)}"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if key:
            headers["Idempotency-Key"] = key
        return await self._http.request(method, f"{self.address}/api/v1{path}", json=body, headers=headers)

    @staticmethod
    def _read(answer: Any) -> Any:
        if answer.status_code == 204 or not answer.content:
            return None
        body = answer.json()
        if answer.status_code >= 400:
            raise Refused(answer.status_code, body)
        return body
