"""Facebook's signatures: what proves that a webhook is theirs, and that a call is ours."""

import hashlib
import hmac

_PREFIX = "sha256="


def verify_webhook(raw_body: bytes, header: str, app_secret: str) -> bool:
    """Whether `X-Hub-Signature-256` signs exactly these bytes. Never raises."""
    digest = hmac.new(app_secret.encode(), raw_body, hashlib.sha256).hexdigest()
    if not (header.startswith(_PREFIX) and header.isascii()):
        return False
    return hmac.compare_digest(digest, header[len(_PREFIX) :])


def appsecret_proof(token: str, app_secret: str) -> str:
    """The proof that whoever uses this token also knows the app's secret (lower-case hex)."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
