"""Personal data out of transcripts: `redact`. Imported names are light; kiwipiepy is loaded at the first call."""

from stt.redaction.kinds import MARKS, Hidden
from stt.redaction.redact import Redacted, redact, redact_text

__all__ = ["MARKS", "Hidden", "Redacted", "redact", "redact_text"]
