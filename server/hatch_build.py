"""Compiles the fan-out loop when the package is built or installed. Without a compiler the package is complete, too."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import platform_tags

REALTIME = "src/nightmarket/modules/rooms/realtime"


class BuildHook(BuildHookInterface[Any]):
    """Run by hatchling; for an editable installation the library lies beside its source."""

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        """Compile, and make the wheel one for this platform when that worked."""
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if self.target_name != "wheel" or compiler is None:
            return
        folder = Path(self.root, REALTIME)
        library = folder / "_send_each.so"
        command = [compiler, "-O2", "-shared", "-fPIC", "-o", library, folder / "send_each.c"]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{next(platform_tags())}"
        build_data["artifacts"].append(f"{REALTIME}/_send_each.so")
