"""Web push: messages that wake a browser (RFC 8030), encrypted for it alone (RFC 8291), signed by us (RFC 8292)."""
