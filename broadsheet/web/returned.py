"""Where a mail server or service tells of letters that came back, by a secret of the operator."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from broadsheet.digests import returns
from broadsheet.web.errors import NotHere


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """The returned message as it is, as `message/rfc822`; the secret as a bearer token."""
    if not settings.BOUNCE_TOKEN:
        raise NotHere("This site takes no returned letters here.")
    told = request.headers.get("Authorization", "")
    if not hmac.compare_digest(told.encode(), f"Bearer {settings.BOUNCE_TOKEN}".encode()):
        return JsonResponse({"error": "The token is missing or wrong."}, status=401)
    return JsonResponse({"taken": returns.take(request.body)})
