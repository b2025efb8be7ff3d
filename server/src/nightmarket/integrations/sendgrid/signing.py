"""SendGrid's signed event webhook: ECDSA over P-256 and SHA-256 of the timestamp and the raw body."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"


def verify_webhook(raw_body: bytes, signature: str, timestamp: str, public_key: str) -> bool:
    """Whether these exact bytes were signed at this timestamp by the owner of the key (base64 DER). Never raises."""
    try:
        key = load_der_public_key(base64.b64decode(public_key))
        given = base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error, TypeError):
        return False
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(given, timestamp.encode(errors="replace") + raw_body, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
