"""Where a request comes from, for the access log and for counting wrong passwords."""

from ipaddress import IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

OF_ONE_HOLDER = 64  # bits of an IPv6 address


def address_of(request: HttpRequest) -> str | None:
    """Each of our proxies adds the address that called it at the end; what stands further left, anybody can write.

    Something that is no address (a port, a name) is told as the proxy's own.
    """
    peer = request.META.get("REMOTE_ADDR") or None
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if settings.PROXIES and len(told) >= settings.PROXIES:
        return _address(told[-settings.PROXIES]) or peer
    return peer


def counted_address_of(request: HttpRequest) -> str | None:
    """Under which wrong passwords are counted. A household or a rented machine has a network of IPv6 to itself, with
    more addresses than anybody could count: they are one."""
    address = address_of(request)
    if not address or ":" not in address:
        return address
    found = ip_address(address)
    return str(found.ipv4_mapped or IPv6Network((int(found), OF_ONE_HOLDER), strict=False).network_address)


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
