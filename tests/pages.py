"""Reading of pages, for the tests of what writes them."""

import json
import re

_PAYLOAD = re.compile(r'<script type="application/json" id="payload">(.*?)</script>', re.S)


def read_page(path):
    """Read what a page shows: its title, layout and recordings."""
    match = _PAYLOAD.search(path.read_text(encoding="utf-8"))
    assert match is not None
    return json.loads(match[1])
