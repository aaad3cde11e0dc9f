"""Recognition of video files by their first bytes."""

from __future__ import annotations

#: Brands of ISO base media files (ISO/IEC 14496-12) that hold images or sound alone.
_IMAGE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"crx ")
_SOUND_BRANDS = (b"M4A ", b"M4B ")

#: First bytes of other containers: Matroska and WebM (EBML), FLV, ASF (WMV), Ogg, MPEG program
#: stream, MPEG video, MXF, IVF, YUV4MPEG2.
_SIGNATURES = (
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

#: Names of the first atom, after its length; QuickTime files without ftyp begin with another.
_ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")

#: First byte of each packet of an MPEG transport stream (ISO/IEC 13818-1), and the number of
#: packets that are checked. Packets of M2TS have four bytes before it.
_SYNC_BYTE, _NUM_PACKETS = 0x47, 4


def looks_like_video(head: bytes) -> bool:
    """Recognise the containers that hold videos.

    Parameters
    ----------
    head
        First bytes of the file, a kilobyte or more.

    Examples
    --------
    >>> looks_like_video(b"OggS"), looks_like_video(b"PNG")
    (True, False)
    """
    if head.startswith(_SIGNATURES) or head[4:8] in _ATOMS:
        return True
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return True
    return any(_has_packets(head, first, length) for first, length in ((0, 188), (4, 192)))


def non_video_content(head: bytes) -> str | None:
    """Name what a file that `looks_like_video` declares to hold instead, or None."""
    if head[4:8] != b"ftyp":
        return None
    if head[8:12] in _IMAGE_BRANDS:
        return "an image"
    return "sound alone" if head[8:12] in _SOUND_BRANDS else None


def _has_packets(head: bytes, first: int, length: int) -> bool:
    starts = head[first : first + _NUM_PACKETS * length : length]
    return len(starts) == _NUM_PACKETS and set(starts) == {_SYNC_BYTE}
