"""Errors as answers: RFC 9457 problem documents for programs, a plain page for people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kb.errors import DrawingError, KbError, ResourceError, StoreError, UnknownName, UsageError
from kb.web.negotiation import NotAcceptableError, wants_html
from kb.web.observing import record_of
from kb.web.pages import render

PROBLEM = "application/problem+json"


class ProblemError(Exception):
    """An answer that is an error: status, what is wrong and with which value, and what to do next."""

    def __init__(self, status: int, detail: str, next_step: str, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.detail = detail
        self.next_step = next_step
        self.headers = headers or {}
        self.choices: list[tuple[str, str]] = []  # addresses to go on at, and what is there
        super().__init__(detail)


class AmbiguousName(UsageError):
    """Several things have the name.

    Attributes:
        parameter: of the request, that has the name for a value.
        choices: id of each thing that may be meant, and what tells it from the others.
    """

    def __init__(self, message: str, parameter: str, choices: list[tuple[str, str]]) -> None:
        super().__init__(message)
        self.parameter, self.choices = parameter, choices


def not_found(what: str, value: str, next_step: str) -> ProblemError:
    """The problem that nothing of that name exists."""
    return ProblemError(404, f"There is no {what} {value!r} in this knowledge base.", next_step)


def answer(request: Request, problem: ProblemError) -> Response:
    """The problem as JSON, or as a page where the client is a browser."""
    title = HTTPStatus(problem.status).phrase
    headers = {"Vary": "Accept", **problem.headers}
    body: dict[str, Any] = {
        "status": problem.status,
        "title": title,
        "detail": problem.detail,
        "next": problem.next_step,
        "request_id": record_of(request.scope).request_id,
    }
    if wants_html(request):
        context = {**body, "choices": problem.choices}
        return render(request, "problem.html", context, status=problem.status, headers=headers)
    return JSONResponse(body, problem.status, headers, media_type=PROBLEM)


async def of_defect(request: Request, error: Exception) -> Response:
    """The answer to an error that nobody foresaw; what it was goes to the log only."""
    detail = "The service failed on this request."
    return answer(request, ProblemError(500, detail, "Please report the address and the request's id."))


def of_error(request: Request, error: ProblemError | KbError) -> Response:
    """The answer to an error that was raised on purpose."""
    problem = error if isinstance(error, ProblemError) else _of_kb_error(error)
    if isinstance(error, AmbiguousName):
        for key, about in error.choices:  # the same request with an id in place of the name
            parameters = {**request.query_params, error.parameter: key}
            problem.choices.append((f"{request.url.path}?{urlencode(parameters)}", about))
    if problem.status >= 500:
        # The message names folders of the machine: it goes to the log, not to the public.
        record_of(request.scope).error = error.__cause__ if isinstance(error, ProblemError) else error
    return answer(request, problem)


def install(app: FastAPI) -> None:
    """Make the app answer every error in this way."""

    async def on_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError | KbError)
        return of_error(request, error)

    async def on_http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request, _of_http_error(request, error))

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, _of_invalid(error))

    app.add_exception_handler(ProblemError, on_error)
    app.add_exception_handler(KbError, on_error)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_invalid)


def _of_kb_error(error: KbError) -> ProblemError:
    if isinstance(error, NotAcceptableError):
        return ProblemError(406, str(error), "Change the Accept header or leave it out.")
    if isinstance(error, UnknownName):
        return ProblemError(404, str(error), "See /queries for the questions and /docs for the addresses.")
    if isinstance(error, UsageError):
        return ProblemError(400, str(error), "Mend the request and send it again; /docs has the parameters.")
    if isinstance(error, DrawingError):
        return ProblemError(
            503,
            "The picture could not be drawn at the moment.",
            "Its data are there: ?format=csv.",
            {"Retry-After": "3"},
        )
    if isinstance(error, StoreError | ResourceError):
        detail = "The store or a file of the service cannot be read at the moment."
        return ProblemError(503, detail, "Try again later; if it stays, tell whoever runs this service.")
    return ProblemError(500, "The service failed on this request.", "Please report the address and the request's id.")


def _of_http_error(request: Request, error: HTTPException) -> ProblemError:
    headers = dict(error.headers or {})
    if error.status_code == 404:
        return ProblemError(
            404, f"Nothing is at {request.url.path}.", "Start at / or see /docs for the addresses.", headers
        )
    if error.status_code == 405:
        detail = f"{request.method} is not allowed at {request.url.path}; this service only reads."
        return ProblemError(405, detail, f"Use one of: {headers.get('allow', 'GET')}.", headers)
    return ProblemError(error.status_code, str(error.detail), "See /docs for the addresses and parameters.", headers)


def _of_invalid(error: RequestValidationError) -> ProblemError:
    faults = []
    for fault in error.errors():
        place = " ".join(str(part) for part in fault["loc"][1:]) or "request"
        faults.append(f"{place}: {fault['msg']}, got {fault.get('input')!r}")
    return ProblemError(400, "; ".join(faults), "Mend the parameter and send it again; /docs has the parameters.")
