"""Pages load only what is ours: no script, style or font from elsewhere, no frame around us."""

import codecs

from django.core.exceptions import BadRequest
from django.utils.deprecation import MiddlewareMixin

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class ContentSecurityPolicy(MiddlewareMixin):
    def process_response(self, request, response):
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        return response


class OnlyUtf8(MiddlewareMixin):
    """What is sent in another writing is refused before anybody reads it: our pages send UTF-8, and the name of the
    writing may be that of no writing at all (rot13, hex), at which Django would break.
    """

    def process_request(self, request):
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            request.encoding = "utf-8"  # the page that says so looks for a token in what was sent
            raise BadRequest("what is sent must be UTF-8")
