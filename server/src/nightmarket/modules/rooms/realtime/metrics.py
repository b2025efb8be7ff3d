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
