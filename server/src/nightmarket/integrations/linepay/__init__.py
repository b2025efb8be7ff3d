"""LINE Pay: the Online API."""
