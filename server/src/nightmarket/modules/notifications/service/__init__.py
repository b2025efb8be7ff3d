"""What the module does for people."""
