"""ffmpeg as a tool: it copies, it never codes anew."""
