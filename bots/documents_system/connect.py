"""The configured document system."""

from __future__ import annotations

from bots.documents_system.http import HttpDocumentSystem
from bots.documents_system.system import DocumentSystem
from config.settings import settings


def document_system() -> DocumentSystem | None:
    """None where the center has set none up."""
    address = settings().document_system_url
    if not address:
        return None
    token = settings().document_system_token
    return HttpDocumentSystem(address, token.get_secret_value() if token else "")
