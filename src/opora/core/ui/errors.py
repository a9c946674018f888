"""handler500: the server error page in the visitor's own look.

Django's default handler renders without a context; a page in small grey letters would be the worst answer to
somebody in low-vision mode. Nothing here touches the database or the session.
"""

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from opora.core.middleware import outage_response
from opora.core.outage import outage_of
from opora.core.ui.context import look


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with the look of the cookie; 503 when a middleware found the database or the disk away."""
    if outage := outage_of(sys.exc_info()[1]):
        return outage_response(request, outage)
    return HttpResponse(render_to_string("500.html", look(request)), status=500)
