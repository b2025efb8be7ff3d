"""Prometheus metrics, read from the streams at the moment of asking."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from nightmarket.media.disk import DiskKeeper
from nightmarket.media.hooks import Events
from nightmarket.media.load import Load
from nightmarket.media.stream import State, Stream
from nightmarket.media.webrtc.service import WebRtc

HEALTH_GAUGES = (
    ("bitrate_kbps", "Bits from the encoder", "bitrate_kbps"),
    ("fps", "Pictures from the encoder", "fps"),
    ("keyframe_interval_ms", "Time between the last key frames", "keyframe_interval_ms"),
    ("latency_ms", "How much later than at its best media arrives", "latency_ms"),
    ("dropped", "Units that had to be dropped", "dropped"),
)


@dataclass(frozen=True, slots=True)
class MediaCollector(Collector):
    """Numbers of one media server."""

    streams: Callable[[], list[Stream]]
    encoders: Callable[[], int]
    viewers: Callable[[], int]
    webrtc: WebRtc
    events: Events
    disk: DiskKeeper
    load: Load

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
        yield from self._machine()
        ladders = sum(1 for stream in streams if stream.ladder is not None and stream.ladder.rungs)
        yield GaugeMetricFamily("nightmarket_media_ladders", "Shows with smaller pictures", ladders)
        received = GaugeMetricFamily("nightmarket_media_stream_bytes", "Bytes packaged", labels=["stream"])
        for stream in streams:
            received.add_metric([stream.id], stream.bytes_in)
        yield received
        for name, text, fact in HEALTH_GAUGES:
            gauge = GaugeMetricFamily(f"nightmarket_media_stream_{name}", text, labels=["stream", "protocol"])
            for stream in streams:
                meter = stream.publication.meter if stream.publication is not None else None
                if meter is not None and meter.newest.get(fact) is not None:
                    gauge.add_metric([stream.id, meter.protocol], meter.newest[fact])
            yield gauge

    def _machine(self) -> Iterable[Metric]:
        disk, load = self.disk, self.load
        yield GaugeMetricFamily("nightmarket_media_disk_bytes", "Bytes of shows at the last check", disk.total_bytes)
        yield GaugeMetricFamily("nightmarket_media_disk_free_bytes", "Bytes free on their disk", disk.free_bytes)
        yield GaugeMetricFamily("nightmarket_media_disk_full", "Whether shows cannot be recorded", int(disk.is_full))
        failed = sum(stream.store.failed_count for stream in self.streams())
        yield GaugeMetricFamily("nightmarket_media_failed_writes", "Writes of held streams that failed", failed)
        yield GaugeMetricFamily("nightmarket_media_process_cpu_share", "Of one core, this process", load.process)
        yield GaugeMetricFamily("nightmarket_media_machine_cpu_share", "Of all cores, everybody", load.machine)
        yield GaugeMetricFamily("nightmarket_media_cpu_high", "Whether the load has been too high", int(load.is_high))
