"""Cloudflare Stream: carries the picture of shows instead of the embedded media server."""
