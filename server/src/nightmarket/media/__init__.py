"""The embedded media server: encoders publish to it, browsers play from it.

It carries no feature knowledge. Who may publish is asked of the api by a signed hook; what happens to a stream is told
to the api by signed events; what should happen to a stream arrives by signed control calls.

ingest (rtmp/) → access units (units) → packager (cmaf/) → stream → playlists, files, recording (http/)
"""
