"""Shops: the sellers' stores, their people and their followers."""
