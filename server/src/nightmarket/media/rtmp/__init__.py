"""RTMP ingest: handshake, chunk streams, AMF0 commands, FLV tags."""
