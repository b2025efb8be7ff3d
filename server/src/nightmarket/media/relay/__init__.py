"""Sends a running show on to other RTMP servers."""
