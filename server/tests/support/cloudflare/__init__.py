"""A pretend Cloudflare Stream: `python -m support.cloudflare --port 8787` from `server/tests`."""
