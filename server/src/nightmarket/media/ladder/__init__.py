"""The ladder: smaller pictures of a running show, made by one ffmpeg beside it. Off unless it is asked for."""
