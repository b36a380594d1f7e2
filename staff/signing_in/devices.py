"""From where somebody signs in, in plain words. Pure.

What a browser says of itself is kept as two names, such as "Chrome/Android", and nothing more of it.
"""

from ipaddress import ip_address

from django.utils.translation import gettext as _

# What stands in the header of a browser, in the order in which it tells: most say that they are Chrome and Safari too.
BROWSERS = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"), ("HeyTapBrowser", "HeyTap Browser"), ("VivoBrowser", "Vivo Browser"),
    ("UCBrowser", "UC Browser"), ("QQBrowser", "QQ Browser"), ("Edg", "Edge"), ("OPR", "Opera"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(header: str) -> str:
    """`header` is what the browser sent as User-Agent."""
    return f"{_first(BROWSERS, header)}/{_first(SYSTEMS, header)}"


def device_words(device: str) -> str:
    browser, _slash, system = device.partition("/")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("an unknown device")


def masked(ip: str | None) -> str:
    """The first half of a network address: enough to tell home from elsewhere."""
    if not ip:
        return ""
    address = ip_address(ip)
    if address.version == 4:
        return ".".join([*str(address).split(".")[:2], "*", "*"])
    return ":".join([*address.exploded.split(":")[:3], "*"])


def _first(names: tuple[tuple[str, str], ...], header: str) -> str:
    return next((name for mark, name in names if mark in header), "")
