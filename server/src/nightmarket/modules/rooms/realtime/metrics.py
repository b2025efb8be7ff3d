"""Metrics of the realtime edge."""

from prometheus_client import Counter, Gauge, Histogram

CONNECTIONS = Gauge("nightmarket_edge_connections", "Open room sockets in this process")
ROOMS = Gauge("nightmarket_edge_rooms", "Rooms with viewers in this process")
ACCEPTED = Counter("nightmarket_edge_accepted_total", "Sockets accepted")
REFUSED = Counter("nightmarket_edge_refused_total", "Sockets refused before the upgrade", ["code"])
CLOSED = Counter("nightmarket_edge_closed_total", "Sockets closed by the server", ["code"])
FRAMES_IN = Counter("nightmarket_edge_frames_in_total", "Client frames", ["kind"])
DELIVERIES = Counter("nightmarket_edge_deliveries_total", "Room messages written to sockets")
REFUSALS = Counter("nightmarket_edge_refusals_total", "Client frames refused", ["code"])
PAUSED = Counter("nightmarket_edge_paused_total", "Times a socket stopped reading for a while")
DROPPED = Counter("nightmarket_edge_lossy_dropped_total", "Lossy frames kept from viewers who read slowly")
SOCKETIO = Gauge("nightmarket_edge_socketio_connections", "Viewers in this process who came by Socket.IO")
RESUMED = Counter("nightmarket_edge_resumed_total", "Returns served from the room log", ["outcome"])
GAPS = Counter("nightmarket_edge_gaps_total", "Gaps on the bus filled from the room log")
EPOCHS = Counter("nightmarket_edge_epochs_total", "Rooms that had to start a new epoch")
COMMENTS = Counter("nightmarket_edge_comments_total", "Chat messages handed to the order side", ["outcome"])
BUS_BREAKS = Counter("nightmarket_edge_bus_breaks_total", "Lost connections to the bus")
FLUSH_SECONDS = Histogram(
    "nightmarket_edge_flush_seconds",
    "Time to write one message to every socket of a room",
    buckets=(0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5),
)

# By size class of the room in this process: see `meter`.
ROOM_ROOMS = Gauge("nightmarket_room_rooms", "Rooms open in this process", ["size"])
ROOM_CONNECTIONS = Gauge("nightmarket_room_connections", "Open sockets", ["size"])
ROOM_BACKLOG = Gauge("nightmarket_room_backlog_bytes", "Bytes that wait in this process for slow readers", ["size"])
ROOM_JOINS = Counter("nightmarket_room_joins_total", "Sockets that came into a room", ["size"])
ROOM_FRAMES_IN = Counter("nightmarket_room_frames_in_total", "Frames from clients", ["size"])
ROOM_FRAMES_OUT = Counter("nightmarket_room_frames_out_total", "Frames times sockets they were written to", ["size"])
ROOM_LOSSY_DROPPED = Counter(
    "nightmarket_room_lossy_dropped_total", "Lossy frames overtaken by newer ones, or not given to slow readers",
    ["size", "why"],
)  # fmt: skip
ROOM_SLOW_CLOSES = Counter("nightmarket_room_slow_closes_total", "Sockets hung up on for not reading", ["size"])
ROOM_RETURNS = Counter(
    "nightmarket_room_returns_total", "Sockets brought up to date from the log, or given the room anew",
    ["size", "outcome"],
)  # fmt: skip
ROOM_PUBLISH_SECONDS = Histogram(
    "nightmarket_room_publish_seconds",
    "From the making of a frame to its flush to the sockets, once per flush",
    ["size"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
