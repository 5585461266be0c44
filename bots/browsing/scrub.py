"""Taking secrets out of what is kept: texts, traces, and what a page shows before its picture is taken."""

from __future__ import annotations

import base64
import contextlib
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

STARS = "●●●●"
_SHORTEST = 4
_LINES = (".trace", ".network", ".stacks")
_HEADERS = {"cookie", "set-cookie", "authorization", "proxy-authorization"}

# Runs in the page: empties password fields, and puts stars wherever a secret is shown or lies in a field.
HIDE = """(told) => {
  const plain = (word) => word.replace(/[.*+?^${}()|[\\]\\\\]/g, "\\\\$&");
  const words = new RegExp(told.secrets.map(plain).join("|") || "(?!)", "gi");
  const bad = (text) => (text || "").search(words) >= 0;
  const squeezed = (node) => (node.innerText || "").replace(/\\s/g, "");
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) walk(node.shadowRoot);
      if (node.tagName === "INPUT" && node.type === "password") { node.value = ""; node.setAttribute("value", ""); }
      if ("value" in node && typeof node.value === "string" && bad(node.value)) node.value = told.stars;
      for (const a of [...node.attributes]) if (bad(a.value)) node.setAttribute(a.name, told.stars);
      for (const t of node.childNodes)
        if (t.nodeType === 3 && bad(t.nodeValue)) t.nodeValue = t.nodeValue.replace(words, told.stars);
      // A secret that is shown in pieces: <b>employ</b>ment01
      if (node.childElementCount && squeezed(node).length < 200 && bad(squeezed(node))
          && ![...node.children].some((child) => bad(squeezed(child))))
        node.textContent = told.stars;
    }
  };
  walk(document);
}"""


class Scrubber:
    """Knows the secrets in every dress in which a browser or a trace may show them.

    Session cookies are added as they are given out: who has one is signed in.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets: set[str] = set()
        self._text: re.Pattern[str] = re.compile(r"(?!)")
        self._bytes: re.Pattern[bytes] = re.compile(rb"(?!)")
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """One more secret; blanks and what is too short to tell from anything else are passed over."""
        self._secrets |= {secret for secret in secrets if len(secret) >= _SHORTEST}
        dresses = sorted({d for s in self._secrets for d in _dresses(s)}, key=len, reverse=True)
        if dresses:
            self._text = re.compile("|".join(map(re.escape, dresses)), re.IGNORECASE)
            encoded = {d.encode(c) for d in dresses for c in ("utf-8", "euc-kr", "utf-16-le") if _fits(d, c)}
            longest_first = sorted(encoded, key=len, reverse=True)
            self._bytes = re.compile(b"|".join(map(re.escape, longest_first)), re.IGNORECASE)

    @property
    def for_page(self) -> dict[str, Any]:
        """The argument of `HIDE`."""
        return {"secrets": sorted(self._secrets), "stars": STARS}

    def text(self, text: str) -> str:
        return self._text.sub(STARS, text)

    def content(self, content: bytes) -> bytes:
        return self._bytes.sub(STARS.encode(), content)

    def trace(self, packed: bytes) -> bytes:
        """A trace without secrets, cookies and what was typed; still one that a trace viewer opens."""
        clean = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(packed)) as source,
            zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            sent = _sent(source)
            for entry in source.infolist():
                if entry.filename in sent:
                    continue
                content = source.read(entry)
                if entry.filename.endswith(_LINES):
                    content = b"\n".join(self._line(line) for line in content.splitlines())
                # The names of entries are hashes of what was in them, by which the trace refers to them.
                target.writestr(entry.filename, self.content(content))
        return clean.getvalue()

    def _line(self, line: bytes) -> bytes:
        try:
            return json.dumps(self._clean(json.loads(line)), ensure_ascii=False).encode()
        except ValueError:
            return line

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._clean(one) for one in value]
        if isinstance(value, dict):
            if str(value.get("name", "")).casefold() in _HEADERS and "value" in value:
                return {**value, "value": STARS}
            return {
                key: [] if key == "cookies" else STARS if key == "postData" and one else self._clean(one)
                for key, one in value.items()
            }
        return value


def _sent(trace: zipfile.ZipFile) -> set[str]:
    """The entries that hold what forms sent."""
    found: set[str] = set()
    for name in trace.namelist():
        for line in trace.read(name).splitlines() if name.endswith(".network") else ():
            with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
                sent = json.loads(line)["snapshot"]["request"]["postData"]
                for value in sent.values():
                    found |= {value, f"resources/{value}"} if isinstance(value, str) else set()
    return found


def _dresses(secret: str) -> set[str]:
    """The secret as it is, in addresses, forms, HTML, JSON and base64."""
    plain = {secret, secret.strip()}
    return {
        dress
        for s in plain
        for dress in (
            s,
            quote(s),
            quote(s, safe=""),
            quote_plus(s),
            html.escape(s),
            html.escape(s, quote=False),
            json.dumps(s)[1:-1],
            json.dumps(s, ensure_ascii=False)[1:-1],
            base64.b64encode(s.encode()).decode().rstrip("="),
        )
        if len(dress) >= _SHORTEST
    }


def _fits(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
