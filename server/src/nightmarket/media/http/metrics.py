"""Prometheus metrics, read from the streams at the moment of asking."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from nightmarket.media.hooks import Events
from nightmarket.media.stream import State, Stream
from nightmarket.media.webrtc.service import WebRtc


@dataclass(frozen=True, slots=True)
class MediaCollector(Collector):
    """Numbers of one media server."""

    streams: Callable[[], list[Stream]]
    encoders: Callable[[], int]
    viewers: Callable[[], int]
    webrtc: WebRtc
    events: Events
    disk_bytes: Callable[[], int]

    def collect(self) -> Iterable[Metric]:
        """See `Collector`."""
        streams = self.streams()
        by_state = GaugeMetricFamily("nightmarket_media_streams", "Streams held, by state", labels=["state"])
        for state in State:
            by_state.add_metric([state.value], sum(stream.state is state for stream in streams))
        yield by_state
        yield GaugeMetricFamily("nightmarket_media_rtmp_connections", "Open RTMP connections", self.encoders())
        yield GaugeMetricFamily("nightmarket_media_http_connections", "Open HTTP connections", self.viewers())
        publishers, watching = self.webrtc.publisher_count, self.webrtc.viewer_count
        yield GaugeMetricFamily("nightmarket_media_webrtc_publishers", "Sessions that publish by WHIP", publishers)
        yield GaugeMetricFamily("nightmarket_media_webrtc_viewers", "Sessions that watch by WHEP", watching)
        waiting = self.events.waiting_count
        yield GaugeMetricFamily("nightmarket_media_events_waiting", "Events not delivered to the api", waiting)
        yield CounterMetricFamily("nightmarket_media_events_lost", "Events given up", self.events.lost_count)
        yield GaugeMetricFamily("nightmarket_media_disk_bytes", "Bytes of shows at the last check", self.disk_bytes())
        received = GaugeMetricFamily("nightmarket_media_stream_bytes", "Bytes packaged", labels=["stream"])
        for stream in streams:
            received.add_metric([stream.id], stream.bytes_in)
        yield received
