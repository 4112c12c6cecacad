"""The programs that tests run, and Debian's packages of them: `python3 tests/packages.py` installs what is missing.

This is the only list of them. It needs no more than Python, as it runs before anything is installed.
"""

import ctypes.util
import os
import shutil
import subprocess

PACKAGES = {  # by the name of the program or of the library ("lib…")
    "chromium": ["chromium"],
    "chromium-headless-shell": ["chromium-headless-shell"],
    "curl": ["curl"],
    "ffmpeg": ["ffmpeg"],
    "fail2ban-regex": ["fail2ban"],
    "ffprobe": ["ffmpeg"],
    "firefox-esr": ["firefox-esr"],
    "fusermount": ["fuse"],
    "libatomic": ["libatomic1"],
    "libfuse": ["libfuse2"],
    "mpv": ["mpv"],
    "nginx": ["nginx"],
    "node": ["nodejs"],
    "npm": ["nodejs", "npm"],
    "openssl": ["openssl"],
}


def find(name: str) -> str | None:
    """The path of the program or the library; None if it is missing."""
    if name.startswith("lib"):
        return ctypes.util.find_library(name.removeprefix("lib"))
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def missing_packages() -> list[str]:
    """The packages of what is missing, each once, in the order of the list."""
    return list(dict.fromkeys(package for name, each in PACKAGES.items() if find(name) is None for package in each))


def main() -> None:
    """Installs what is missing, if that takes no password. If it does, the tests say what is missing."""
    missing, as_root = missing_packages(), _as_root()
    if not missing or as_root is None or shutil.which("apt-get") is None:
        return
    print("installing Debian's packages:", *missing, flush=True)
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "--option=DPkg::Lock::Timeout=300"]
    for action in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        done = subprocess.run([*apt, *action], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            print(f"apt-get {action[0]} failed:\n{done.stderr}", flush=True)
            return


def _as_root() -> list[str] | None:
    """The words before a command that run it as root. None: that takes a password."""
    if os.getuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    sudo = ["sudo", "--non-interactive"]
    return sudo if subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode == 0 else None


if __name__ == "__main__":
    main()
