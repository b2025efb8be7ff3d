"""2C2P: the Payment Gateway (PGW) version 4."""
