"""WebRTC: browsers publish by WHIP and watch by WHEP, packets passed through.

One UDP port carries all sessions. We are an ICE-lite peer: browsers check their paths to us and we answer, so new
networks, obfuscated names and addresses behind NAT need nothing from us but an address they can reach.
"""
