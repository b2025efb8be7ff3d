"""Which codecs of an offer are taken, and the answer that says so."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from nightmarket.media.webrtc.ice import Credentials
from nightmarket.media.webrtc.sdp import BadOffer, Codec, Offer, Section

TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
VIDEO_FEEDBACK = ("nack", "nack pli", "ccm fir", "transport-cc")
RECEIVED_LEVEL = 0x2A
"""H.264 level 4.2 is what we say we take: 1080p at 60 pictures a second."""
START_KBPS = 1200


class NoCommonCodec(ValueError):
    """The peer has none of our codecs. The text says which are needed."""


@dataclass(frozen=True, slots=True)
class Track:
    """One accepted section."""

    section: Section
    codec: Codec
    repair: Codec | None = None
    ssrc: int = field(default_factory=lambda: secrets.randbits(31) + 1)
    repair_ssrc: int = field(default_factory=lambda: secrets.randbits(31) + 1)


def choose(offer: Offer, *, sends: bool, profile: int | None = None) -> list[Track]:
    """The tracks to accept. `sends`: whether the peer is to send them; `profile`: what our video needs decoded."""
    tracks = []
    video = offer.first("video", sends=sends)
    if video is not None:
        codec = best_h264(video, profile)
        if codec is None:
            raise NoCommonCodec("H.264 video is needed; the offer has none.")
        tracks.append(Track(video, codec, video.repair_for(codec)))
    audio = offer.first("audio", sends=sends)
    if audio is not None:
        opus = next((codec for codec in audio.named("opus") if codec.clock == 48_000), None)
        if opus is None:
            raise NoCommonCodec("Opus audio is needed; the offer has none.")
        tracks.append(Track(audio, opus))
    if not tracks:
        raise BadOffer("The offer has neither video nor audio in the needed direction.")
    if len(tracks) > 1 and not {track.section.mid for track in tracks} <= set(offer.bundle):
        raise BadOffer("Video and audio must be bundled.")
    if any(not track.section.protocol.endswith("/RTP/SAVPF") for track in tracks):
        raise BadOffer("Media must be sent by RTP over DTLS.")
    return tracks


def best_h264(section: Section, profile: int | None) -> Codec | None:
    """Constrained baseline is understood everywhere; a stream of a higher profile asks for a decoder of that."""

    def rank(codec: Codec) -> tuple[bool, bool, int]:
        text = codec.parameters.get("profile-level-id", "42e01f").lower()
        offered = int(text[:2], 16) if len(text) == 6 and all(c in "0123456789abcdef" for c in text) else 0
        wanted = profile or 0x42
        return (codec.parameters.get("packetization-mode") != "1", offered != wanted, not text.startswith("42e"))

    return min(section.named("h264"), key=rank, default=None)


def write_answer(
    offer: Offer,
    tracks: list[Track],
    *,
    local: Credentials,
    fingerprint: str,
    candidates: Iterable[tuple[str, int]],
    max_kbps: int | None = None,
) -> str:
    """The answer. With `max_kbps` we receive and say how much; without, we send."""
    by_mid = {id(track.section): track for track in tracks}
    lines = ["v=0", f"o=- {secrets.randbits(62)} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    mids = [track.section.mid for track in tracks if track.section.mid in offer.bundle]
    if mids:
        lines.append(f"a=group:BUNDLE {' '.join(mid for mid in offer.bundle if mid in mids)}")
    lines += ["a=ice-lite", "a=msid-semantic: WMS *"]
    transport = _transport(offer, local, fingerprint, list(candidates))
    for section in offer.sections:
        track = by_mid.get(id(section))
        if track is None:
            lines += _refused(section)
        else:
            lines += _accepted(track, transport, max_kbps)
    return "\r\n".join(lines) + "\r\n"


def ice_fragment(local: Credentials, mid: str, candidates: Iterable[tuple[str, int]]) -> str:
    """Our new names after an ICE restart (RFC 8840)."""
    lines = ["a=ice-lite", *_ice(local), "m=audio 9 UDP/TLS/RTP/SAVPF 0", f"a=mid:{mid}", *_candidates(candidates)]
    return "\r\n".join([*lines, "a=end-of-candidates"]) + "\r\n"


def _ice(local: Credentials) -> list[str]:
    return [f"a=ice-ufrag:{local.ufrag}", f"a=ice-pwd:{local.password}"]


def _candidates(candidates: Iterable[tuple[str, int]]) -> list[str]:
    lines = []
    for index, (address, port) in enumerate(candidates):
        priority = (126 << 24) | ((65_535 - index) << 8) | 255
        lines.append(f"a=candidate:{index + 1} 1 udp {priority} {address} {port} typ host")
    return lines


def _transport(offer: Offer, local: Credentials, fingerprint: str, candidates: list[tuple[str, int]]) -> list[str]:
    setup = "active" if offer.setup == "passive" else "passive"
    security = [f"a=fingerprint:sha-256 {fingerprint}", f"a=setup:{setup}"]
    return [*_ice(local), *security, *_candidates(candidates), "a=end-of-candidates"]


def _refused(section: Section) -> list[str]:
    formats = " ".join(section.formats) or "0"
    lines = [f"m={section.kind} 0 {section.protocol} {formats}", "c=IN IP4 0.0.0.0", "a=inactive"]
    return [*lines, f"a=mid:{section.mid}"] if section.mid else lines


def _accepted(track: Track, transport: list[str], max_kbps: int | None) -> list[str]:
    section, codec = track.section, track.codec
    receives = max_kbps is not None
    formats = [codec] if track.repair is None else [codec, track.repair]
    numbers = " ".join(str(item.payload_type) for item in formats)
    lines = [f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {numbers}", "c=IN IP4 0.0.0.0"]
    if receives and section.kind == "video":
        lines.append(f"b=AS:{max_kbps}")
    if section.mid:
        lines.append(f"a=mid:{section.mid}")
    lines += [f"a={'recvonly' if receives else 'sendonly'}", "a=rtcp-mux", "a=rtcp-rsize", *transport]
    if receives and TRANSPORT_CC in section.extensions:
        lines.append(f"a=extmap:{section.extensions[TRANSPORT_CC]} {TRANSPORT_CC}")
    for item in formats:
        lines += _codec(item, section, receives=receives)
    return lines if receives else lines + _sources(track)


def _codec(codec: Codec, section: Section, *, receives: bool) -> list[str]:
    number = codec.payload_type
    channels = "/2" if section.kind == "audio" else ""
    name = {"h264": "H264", "opus": "opus"}.get(codec.name, codec.name)
    lines = [f"a=rtpmap:{number} {name}/{codec.clock}{channels}"]
    if codec.name != "rtx":
        allowed = VIDEO_FEEDBACK if section.kind == "video" else ("transport-cc",)
        wanted = [text for text in allowed if text in codec.feedback and (receives or text != "transport-cc")]
        lines += [f"a=rtcp-fb:{number} {text}" for text in wanted]
    fmtp = _parameters(codec, receives=receives)
    return [*lines, f"a=fmtp:{number} {fmtp}"] if fmtp else lines


def _parameters(codec: Codec, *, receives: bool) -> str:
    if codec.name == "opus":
        return "minptime=10;useinbandfec=1;stereo=1" if receives else "minptime=10;sprop-stereo=1"
    if codec.name != "h264" or not receives:
        return codec.fmtp
    parameters = dict(codec.parameters)
    profile = parameters.get("profile-level-id", "")
    if parameters.get("level-asymmetry-allowed") == "1" and len(profile) == 6:
        parameters["profile-level-id"] = f"{profile[:4]}{RECEIVED_LEVEL:02x}"
    parameters["x-google-start-bitrate"] = str(START_KBPS)
    return Codec(0, parameters=parameters).fmtp


def _sources(track: Track) -> list[str]:
    name = "nightmarket"
    lines = [f"a=msid:{name} {track.section.kind}", f"a=ssrc:{track.ssrc} cname:{name}"]
    if track.repair is not None:
        lines.insert(1, f"a=ssrc-group:FID {track.ssrc} {track.repair_ssrc}")
        lines.append(f"a=ssrc:{track.repair_ssrc} cname:{name}")
    return lines
