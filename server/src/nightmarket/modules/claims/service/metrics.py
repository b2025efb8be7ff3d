"""What operators watch of claims."""

from prometheus_client import Counter

CLAIMS = Counter("nightmarket_claims_total", "Claims asked for, by what came of it", ["outcome"])
HOLDS_EXPIRED = Counter("nightmarket_holds_expired_total", "Claims whose deadline passed")
