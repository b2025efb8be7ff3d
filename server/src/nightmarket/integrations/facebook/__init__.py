"""Facebook: what its products share."""
