"""How the pretend gateway signs its notifications."""

from typing import Final

from nightmarket.kernel.security import BodySignature, derive_key

HEADER: Final = "Sandbox-Signature"
MERCHANT: Final = "nightmarket"


def signature(secret: str) -> BodySignature:
    """`t=…,v1=…` over the raw body, with a key that only the gateway and the merchant know."""
    return BodySignature(derive_key(secret, "sandbox-gateway"))
