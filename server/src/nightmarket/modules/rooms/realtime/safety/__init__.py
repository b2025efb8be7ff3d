"""What may be said in a room: pure functions from a text to a verdict. No state, no clock, no I/O."""
