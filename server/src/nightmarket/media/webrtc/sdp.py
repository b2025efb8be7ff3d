"""What we need to know from an SDP offer (RFC 8866, RFC 8829), read strictly enough that garbage is refused."""

from dataclasses import dataclass, field

from nightmarket.media.webrtc.ice import Credentials

MAX_LINES = 2000
MAX_SECTIONS = 16
SETUP_ROLES = {"actpass", "active", "passive"}


class BadOffer(ValueError):
    """The body is not an offer we can answer. The text says why."""


@dataclass(slots=True)
class Codec:
    """One payload type."""

    payload_type: int
    name: str = ""
    clock: int = 0
    parameters: dict[str, str] = field(default_factory=dict)
    feedback: set[str] = field(default_factory=set)

    @property
    def fmtp(self) -> str:
        """The parameters as they are written."""
        return ";".join(f"{key}={value}" if value else key for key, value in self.parameters.items())


@dataclass(slots=True)
class Section:
    """One media section."""

    kind: str
    protocol: str
    formats: list[str]
    port: int
    mid: str = ""
    direction: str = "sendrecv"
    codecs: dict[int, Codec] = field(default_factory=dict)
    extensions: dict[str, int] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)

    @property
    def sends(self) -> bool:
        """Whether the peer would send."""
        return self.port != 0 and self.direction in ("sendrecv", "sendonly")

    @property
    def receives(self) -> bool:
        """Whether the peer would receive."""
        return self.port != 0 and self.direction in ("sendrecv", "recvonly")

    def named(self, name: str) -> list[Codec]:
        """The codecs of this name, in the peer's order."""
        return [codec for codec in self.codecs.values() if codec.name == name]

    def repair_for(self, codec: Codec) -> Codec | None:
        """The retransmission format that belongs to a codec."""
        apt = str(codec.payload_type)
        return next((item for item in self.named("rtx") if item.parameters.get("apt") == apt), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer, understood."""

    sections: list[Section]
    bundle: list[str]
    ice: Credentials
    fingerprints: dict[str, str]
    setup: str

    def first(self, kind: str, *, sends: bool) -> Section | None:
        """The first section of a kind that goes in this direction."""
        for section in self.sections:
            if section.kind == kind and (section.sends if sends else section.receives):
                return section
        return None


def read_offer(text: str) -> Offer:
    """The offer, or `BadOffer`."""
    lines = text.splitlines()
    if len(lines) > MAX_LINES or not lines or lines[0].strip() != "v=0":
        raise BadOffer("The body is not a session description.")
    session = Section("session", "", [], 0)
    sections: list[Section] = []
    try:
        for line in lines[1:]:
            if line.startswith("m="):
                sections.append(_media(line[2:]))
            elif line.startswith("a="):
                _attribute(sections[-1] if sections else session, line[2:].strip())
    except (ValueError, IndexError) as error:
        raise BadOffer("A line of the session description is malformed.") from error
    if not 0 < len(sections) <= MAX_SECTIONS:
        raise BadOffer("The session description has no media, or too much.")
    return _joined(session, sections)


def read_ice(text: str) -> Credentials | None:
    """The credentials in an SDP fragment (RFC 8840), if it has any."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, _, value = line.strip().removeprefix("a=").partition(":")
        if line.startswith("a=") and name in ("ice-ufrag", "ice-pwd"):
            found.setdefault(name, value)
    if len(found) < 2:
        return None
    return _credentials(found)


def _media(line: str) -> Section:
    kind, port, protocol, *formats = line.split()
    section = Section(kind, protocol, formats, int(port.partition("/")[0]))
    for text in formats:
        if text.isascii() and text.isdigit() and int(text) < 128:
            section.codecs[int(text)] = Codec(int(text))
    return section


def _attribute(section: Section, line: str) -> None:
    name, _, value = line.partition(":")
    if name in ("sendrecv", "sendonly", "recvonly", "inactive"):
        section.direction = name
    elif name == "mid":
        section.mid = value
    elif name == "extmap":
        number, uri = value.split()[:2]
        section.extensions[uri] = int(number.partition("/")[0])
    elif name == "fingerprint":
        algorithm, digest = value.split()
        section.fingerprints[algorithm.lower()] = digest.upper()
    elif name in ("rtpmap", "fmtp", "rtcp-fb"):
        _codec_attribute(section, name, value)
    else:
        section.attributes.setdefault(name, value)


def _codec_attribute(section: Section, name: str, value: str) -> None:
    number, _, rest = value.partition(" ")
    if number == "*":
        for codec in section.codecs.values():
            codec.feedback.add(rest.strip())
        return
    codec = section.codecs.get(int(number), Codec(0))
    if name == "rtpmap":
        encoding, clock = rest.split("/")[:2]
        codec.name, codec.clock = encoding.strip().lower(), int(clock)
    elif name == "fmtp":
        for piece in rest.split(";"):
            key, _, setting = piece.strip().partition("=")
            codec.parameters[key.lower()] = setting
    else:
        codec.feedback.add(rest.strip())


def _joined(session: Section, sections: list[Section]) -> Offer:
    words = session.attributes.get("group", "").split()
    bundle = words[1:] if words[:1] == ["BUNDLE"] else []
    lead = next((item for item in sections if item.mid in bundle), sections[0])
    attributes = session.attributes | lead.attributes
    fingerprints = lead.fingerprints or session.fingerprints
    setup = attributes.get("setup", "actpass")
    if setup not in SETUP_ROLES:
        raise BadOffer("The DTLS role in the offer is not one of actpass, active and passive.")
    if not fingerprints:
        raise BadOffer("The offer has no DTLS fingerprint.")
    return Offer(sections, bundle, _credentials(attributes), fingerprints, setup)


def _credentials(attributes: dict[str, str]) -> Credentials:
    ufrag, password = attributes.get("ice-ufrag", ""), attributes.get("ice-pwd", "")
    if not (4 <= len(ufrag) <= 256 and 22 <= len(password) <= 256):
        raise BadOffer("The offer has no ICE user name and password.")
    return Credentials(ufrag, password)
