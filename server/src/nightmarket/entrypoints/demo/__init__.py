"""Demo content: two shops to look around in, and a live sale that plays itself. Uses only the public API and RTMP."""
