"""Boxes: what one buyer claimed at one shop over several shows, waiting to be paid and sent together."""
