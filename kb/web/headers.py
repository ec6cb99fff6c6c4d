"""What every answer carries: security headers, CORS for all, HEAD and preflight answers."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Nothing is loaded from elsewhere, and no script is run but the files of this service, whatever a title may hold.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
#: What a page could ask of the browser; ours asks for nothing.
_FEATURES = "accelerometer camera display-capture geolocation gyroscope magnetometer microphone payment usb"
FIXED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After, X-Request-ID",
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",  # the data are for every page to use
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES.split()),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Authorization, Content-Type, If-None-Match, X-Request-ID",
    "Access-Control-Max-Age": "86400",
    "Content-Length": "0",
}

Pairs = list[tuple[bytes, bytes]]


def _raw(headers: dict[str, str]) -> Pairs:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_FIXED, _PREFLIGHT = _raw(FIXED), _raw(PREFLIGHT)


class Headers:
    """ASGI middleware, the outermost, so that errors and what other middleware answers have the headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name for name, _ in given}  # an answer may have one of its own
                message = {**message, "headers": given + [pair for pair in _FIXED if pair[0] not in names]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


class Methods:
    """ASGI middleware: OPTIONS is answered for every address, HEAD as a GET whose body is not sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope.get("method")
        if method == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": list(_PREFLIGHT)})
            await send({"type": "http.response.body", "body": b""})
        elif method == "HEAD":

            async def send_without_body(message: Message) -> None:
                await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

            scope["method"] = "GET"  # in place, in the copy of who observes the request and looks for its route there
            await self.app(scope, receive, send_without_body)
        else:
            await self.app(scope, receive, send)
