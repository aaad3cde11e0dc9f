"""The page of `signlift live`: its web server, on this machine alone."""

from signlift.live.server.serve import serve as serve
