"""The pretend Cloudflare over HTTP: the API, the playback host, and levers for tests under `/_world`.

Every API request and answer is held against the vendor's document; what leaves it is refused and noted in `faults`.
"""

import asyncio
import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from support.cloudflare.document import faults_of_answer, faults_of_request
from support.cloudflare.world import LiveInput, Video, World

Made = tuple[int, Any]
_NOTHING = (200, None)


class Simulator:
    """Answers for one account."""

    def __init__(self, world: World, account: str) -> None:
        self.world, self._root = world, f"/accounts/{account}/stream"
        api = Route("/accounts/{rest:path}", self._api, methods=["GET", "POST", "PUT", "DELETE"])
        self.app = Starlette(
            routes=[
                api,
                Route("/graphql", self._graphql, methods=["POST"]),
                Route("/_world/{lever}", self._lever, methods=["POST"]),
                Route("/{uid}/lifecycle", self._lifecycle),
                Route("/{uid}/views", self._views),
                Route("/{uid}/manifest/{name}", self._manifest),
            ]
        )

    async def _api(self, request: Request) -> Response:
        path, raw = request.url.path, await request.body()
        self.world.calls.append((request.method, path.removeprefix(self._root)))
        if self.world.is_down:
            return Response("upstream", 503)
        if self.world.answers:
            said = self.world.answers.pop(0)
            if said.get("acts"):
                self._act(request.method, path.removeprefix(self._root), json.loads(raw) if raw else None)
            await asyncio.sleep(said.get("delay", 0))
            return Response(said.get("body", ""), said["status"], said.get("headers"))
        if request.headers.get("authorization") != f"Bearer {self.world.token}":
            return _envelope(403, None)
        body = json.loads(raw) if raw else None
        if faults := faults_of_request(request.method, path, body):
            self.world.faults += faults
            return _envelope(400, None, faults[0])
        status, result = self._act(request.method, path.removeprefix(self._root), body)
        if result is None and status == 200:
            return Response(status_code=200)
        answer = _envelope(status, result)
        wrong = faults_of_answer(request.method, path, status, json.loads(bytes(answer.body)))
        self.world.faults += wrong
        return answer

    def _act(self, method: str, path: str, body: Any) -> Made:  # noqa: PLR0911  (a table)
        match [method, *path.strip("/").split("/")]:
            case ["GET", ""]:
                return 200, [video.json() for video in self.world.videos.values()]
            case ["GET", "storage-usage"]:
                return 200, {"totalStorageMinutes": 12, "totalStorageMinutesLimit": 1000, "videoCount": 3}
            case ["POST", "clip"]:
                return 200, self.world.videos[body["clippedFromVideoUID"]].json()
            case ["PUT", "webhook"]:
                return 200, {"notificationUrl": body["notificationUrl"], "secret": self.world.webhook_secret}
            case ["POST", "keys"]:
                return 200, {"id": "key-1", "pem": "cGVt", "jwk": "andr", "created": "2026-11-20T12:00:00Z"}
            case [verb, "live_inputs", *rest]:
                return self._inputs(verb, rest, body)
            case [verb, uid, *rest] if uid in self.world.videos:
                return self._video(verb, self.world.videos[uid], rest, body)
        return 404, None

    def _inputs(self, method: str, path: list[str], body: Any) -> Made:
        world = self.world
        match [method, *path]:
            case ["POST"]:
                return 200, world.create(body or {}).json()
            case ["GET"]:
                keys = ("uid", "meta", "created", "modified", "enabled", "deleteRecordingAfterDays")
                listed = [{key: one.json()[key] for key in keys} for one in world.inputs.values()]
                return 200, {"liveInputs": listed, "range": len(listed), "total": len(listed)}
            case [verb, uid, *rest] if uid in world.inputs:
                return self._input(verb, world.inputs[uid], rest, body)
        return 404, None

    def _input(self, method: str, one: LiveInput, path: list[str], body: Any) -> Made:  # noqa: PLR0911  (a table)
        match [method, *path]:
            case ["GET"]:
                return 200, one.json()
            case ["PUT"]:
                one.body |= body
                if not one.enabled:
                    self.world.disconnect(one.uid, 0, tells=False)
                return 200, one.json()
            case ["DELETE"]:
                del self.world.inputs[one.uid]
                return _NOTHING
            case ["POST", "rotate_keys"]:
                one.generation += 1
                self.world.disconnect(one.uid, 0, tells=False)
                return 200, one.json()
            case ["GET", "videos"]:
                return 200, [video.json() for video in self.world.videos.values() if video.input_uid == one.uid]
            case [verb, "outputs", *rest]:
                return self._outputs(verb, one, rest, body)
        return 404, None

    def _outputs(self, method: str, one: LiveInput, path: list[str], body: Any) -> Made:
        match [method, *path]:
            case ["GET"]:
                return 200, list(one.outputs.values())
            case ["POST"]:
                uid = self.world.new_uid()
                one.outputs[uid] = {"uid": uid, "enabled": True} | body
                return 200, one.outputs[uid]
            case ["PUT", uid] if uid in one.outputs:
                one.outputs[uid]["enabled"] = body["enabled"]
                return 200, one.outputs[uid]
            case ["DELETE", uid] if uid in one.outputs:
                del one.outputs[uid]
                return _NOTHING
        return 404, None

    def _video(self, method: str, video: Video, path: list[str], body: Any) -> Made:
        match [method, *path]:
            case ["GET"]:
                return 200, video.json()
            case ["POST"]:
                video.signed = body.get("requireSignedURLs", video.signed)
                return 200, video.json()
            case ["DELETE"]:
                del self.world.videos[video.uid]
                return _NOTHING
            case ["GET", "downloads"]:
                return 200, self._download(video)
            case ["POST", "downloads"]:
                video.download = "inprogress"
                return 200, self._download(video)
        return 404, None

    def _download(self, video: Video) -> dict[str, Any]:
        if video.download is None:
            return {}
        url = f"https://customer-code.cloudflarestream.com/{video.uid}/downloads/default.mp4"
        done = 100.0 if video.download == "ready" else 40.0
        return {"default": {"status": video.download, "url": url, "percentComplete": done}}

    async def _graphql(self, request: Request) -> Response:
        asked = await request.json()
        assert asked["variables"]["uids"]
        groups = [{"sum": {"minutesViewed": self.world.minutes_viewed}, "dimensions": {"uid": "x"}}]
        account = {"streamMinutesViewedAdaptiveGroups": groups}
        return JSONResponse({"data": {"viewer": {"accounts": [account]}}, "errors": None})

    async def _lifecycle(self, request: Request) -> Response:
        if self.world.is_down:
            return Response("upstream", 503)
        one = self.world.inputs.get(request.path_params["uid"])
        if one is None:
            return Response(status_code=404)
        return JSONResponse({"isInput": True, "videoUID": one.video, "live": self.world.is_live(one.uid)})

    async def _views(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse({"liveViewers": self.world.viewers})

    async def _manifest(self, request: Request) -> Response:
        """A playlist, for players that only look whether there is one."""
        known = request.path_params["uid"] in {*self.world.inputs, *self.world.videos}
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/vnd.apple.mpegurl"}
        return Response("#EXTM3U\n", 200 if known and not self.world.is_down else 503, headers)

    async def _lever(self, request: Request) -> Response:
        asked = await request.json()
        lever = getattr(self.world, request.path_params["lever"])
        return JSONResponse({"result": lever(**asked)})


def _envelope(status: int, result: Any, message: str = "refused") -> JSONResponse:
    is_good = status < 400
    errors = [] if is_good else [{"code": 10000, "message": message}]
    return JSONResponse({"result": result, "success": is_good, "errors": errors, "messages": []}, status)
