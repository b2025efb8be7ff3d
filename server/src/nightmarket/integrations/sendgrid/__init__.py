"""E-mail by SendGrid's v3 API, and what it reports of it."""
