"""A profile for OBS: the server, the key and the settings that suit a sale, in the files OBS itself writes."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Final

FOLDER: Final = "nightmarket"
_BASIC: Final = """\
[General]
Name={name}

[Output]
Mode=Advanced
Reconnect=true
RetryDelay=2
MaxRetries=60

[AdvOut]
Encoder=obs_x264
Rescale=false
TrackIndex=1
AudioEncoder=ffmpeg_aac
Track1Bitrate=128

[Audio]
SampleRate=48000
ChannelSetup=Stereo

[Video]
BaseCX={width}
BaseCY={height}
OutputCX={width}
OutputCY={height}
FPSType=0
FPSCommon=30
"""
_ENCODER: Final = {
    "rate_control": "CBR",
    "bitrate": 2500,
    "keyint_sec": 1,
    "preset": "veryfast",
    "profile": "main",
    "tune": "zerolatency",
    "x264opts": "bframes=0",
}


def obs_profile(ingest: Mapping[str, Mapping[str, str]], *, title: str, wide: bool) -> bytes:
    """A ZIP with one folder, to be imported as a profile. It holds the key. RTMPS is taken where there is any."""
    way = ingest.get("rtmps") or ingest["rtmp"]
    width, height = (1280, 720) if wide else (720, 1280)
    name = " ".join(title.replace("=", " ").split())[:60] or FOLDER
    service = {"type": "rtmp_custom", "settings": {"server": way["url"], "key": way["key"], "use_auth": False}}
    files = {
        "basic.ini": _BASIC.format(name=name, width=width, height=height),
        "service.json": json.dumps(service, indent=4),
        "streamEncoder.json": json.dumps(_ENCODER, indent=4),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for file, text in files.items():
            folder.writestr(f"{FOLDER}/{file}", text)
    return packed.getvalue()
