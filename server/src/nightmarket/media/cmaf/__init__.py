"""CMAF: fragmented MP4 boxes, and the packager that cuts access units into parts and segments."""
