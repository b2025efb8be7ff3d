"""The HTTP side: playback, recordings, control calls, health and metrics."""
