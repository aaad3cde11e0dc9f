"""One self-contained HTML file that shows lifted recordings in 3D, in any browser and offline.

The front end is TypeScript in the top-level directory `viewer/`; its bundle is in `static/`.
"""

from signlift.viewer.page import PageParts, page_parts, write_page

__all__ = ["PageParts", "page_parts", "write_page"]
