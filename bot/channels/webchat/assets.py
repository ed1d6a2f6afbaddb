"""The files of the patient page: read once, named by their content, packed once."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request, Response

HERE = Path(__file__).parent
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    data: bytes
    packed: bytes | None
    content_type: str


class Assets:
    """All static files under one version, so that the page and its scripts always fit together."""

    def __init__(self, folder: Path = HERE / "static") -> None:
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
        self.version = hashlib.sha256(b"\0".join(files.values())).hexdigest()[:12]
        # The service worker names the version it keeps; it is served on its own path.
        files["sw.js"] = files["sw.js"].replace(b"VERSION", self.version.encode())
        self._assets = {name: self._asset(name, data) for name, data in files.items()}

    @staticmethod
    def _asset(name: str, data: bytes) -> Asset:
        kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "text/plain"
        text = kind.startswith("text/") or kind == "image/svg+xml"
        return Asset(
            data=data,
            packed=gzip.compress(data, 9, mtime=0) if text else None,
            content_type=f"{kind}; charset=utf-8" if text else kind,
        )

    def url(self, name: str) -> str:
        if name not in self._assets:
            raise KeyError(name)
        return f"/chat/static/{self.version}/{name}"

    def answer(self, request: Request, name: str, *, lasting: bool) -> Response | None:
        """The file, packed where the browser can unpack it; None when there is none."""
        asset = self._assets.get(name)
        if asset is None:
            return None
        headers = {"Cache-Control": FOREVER if lasting else "no-cache", "Vary": "Accept-Encoding"}
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.packed, media_type=asset.content_type, headers=headers)
        return Response(asset.data, media_type=asset.content_type, headers=headers)
