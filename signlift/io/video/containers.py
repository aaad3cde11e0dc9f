"""Which files are videos, told by how they begin."""

from __future__ import annotations

#: Brands of ISO base media files (ISO/IEC 14496-12) that are pictures or sound alone.
_PICTURES = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"crx ")
_SOUND = (b"M4A ", b"M4B ")

#: What other files begin with: Matroska and WebM (EBML), FLV, ASF (WMV), Ogg, MPEG program
#: stream, MPEG video, MXF, IVF, YUV4MPEG2.
_BEGINNINGS = (
    b"\x1aE\xdf\xa3",
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    b"OggS",
    b"\x00\x00\x01\xba",
    b"\x00\x00\x01\xb3",
    b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01",
    b"DKIF\x00\x00",
    b"YUV4MPEG2 ",
)

#: QuickTime files from before there was an ftyp begin with the length and name of one of these.
_ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")

#: Packets of an MPEG transport stream begin with this byte (ISO/IEC 13818-1), here so many; those
#: of M2TS have four bytes before it.
_SYNC, _PACKETS = 0x47, 4


def looks_like_video(head: bytes) -> bool:
    """Whether a file that begins with these bytes is one of the containers that hold videos.

    Parameters
    ----------
    head
        A kilobyte or more tells all of them.
    """
    if head.startswith(_BEGINNINGS) or head[4:8] in _ATOMS:
        return True
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return True
    return any(_has_packets(head, first, length) for first, length in ((0, 188), (4, 192)))


def other_than_video(head: bytes) -> str | None:
    """What a file that `looks_like_video` says it holds instead: "a picture", "sound" or None."""
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    return "a picture" if brand in _PICTURES else "sound alone" if brand in _SOUND else None


def _has_packets(head: bytes, first: int, length: int) -> bool:
    starts = head[first : first + _PACKETS * length : length]
    return len(starts) == _PACKETS and set(starts) == {_SYNC}
