"""Values that break programs: numbers, texts and names."""

from __future__ import annotations

import struct

#: Numbers as JSON and text hold them.
NUMBERS: tuple[int | float, ...] = (
    0, -1, 1, -0.0, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63, 2**64,
    -(2**31), 10**9, 10**18, 10**400, -(10**400), 1e-320, 1e18, 1e38, 1e308, -1e308, 0.1,
    float("nan"), float("inf"), float("-inf"),
)  # fmt: skip

#: Texts and names.
TEXTS = (
    "",
    " ",
    "..",
    "../../outside",
    "/etc/passwd",
    "C:\\clip",
    "nan",
    "a" * 5000,
    "\x1b[31mred\x1b[2J",
    "\x1b]0;title\x07",
    "two\nlines",
    "\r",
    "\0",
    "\x9b31m",
    "\u202egnp.exe",
    "\ufeff",
    "\ud800",
    "\udc80",
    "\U0001f9cf",
    "é" * 200,
    "%s%n{0}",
    "__proto__",
    "1e999",
    "٣",
)

#: The same numbers in binary files: as signed and unsigned integers and as floats.
PATTERNS = (
    b"\x00", b"\xff", b"\x7f", b"\x80",
    *(struct.pack(f"<{layout}", value) for layout in "HI" for value in (0, 1, 2, 255, 65535)),
    *(struct.pack("<Q", value) for value in (0, 1, 2**31, 2**32, 2**63, 2**64 - 1)),
    *(struct.pack("<i", value) for value in (-1, -(2**31), 2**31 - 1)),
    *(
        struct.pack(f"<{layout}", value)
        for layout in "fd"
        for value in (-1.0, 1e-40, 3e38, float("nan"), float("inf"), float("-inf"))
    ),
)  # fmt: skip
