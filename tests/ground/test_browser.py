from urllib.parse import urlsplit

import pytest

from tests.browsing import keep_shot

pytestmark = pytest.mark.xdist_group("journeys")


def test_sign_in_page_loads_everything_from_here_and_breaks_no_policy(browser, running_system, tmp_path, monkeypatch):
    page, complaints, hosts = browser.new_page(), [], set()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("response", lambda response: complaints.append(response.url) if response.status >= 400 else None)

    page.goto(f"{running_system.url}/login/", wait_until="networkidle")

    assert (complaints, hosts) == ([], {urlsplit(running_system.url).netloc})
    monkeypatch.setenv("WAYFARE_SHOTS", str(tmp_path))
    keep_shot(page, "login")
    assert (tmp_path / "login.png").stat().st_size > 5_000
    page.close()
