# power_cut.py: what a disk has after a power cut; see power-cut.c for the other half
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import struct

UNDO = struct.Struct("=qqq")


class PowerCut:
    """A folder whose files forget, once the power is cut, what was not synced."""

    def __init__(self, library, root, undo, lies=False):
        self.root, self.undo = os.path.realpath(root), undo
        os.makedirs(undo, exist_ok=True)
        self.environment = {**os.environ, "LD_PRELOAD": library,
                            "TROPEA_POWER_CUT_ROOT": self.root, "TROPEA_POWER_CUT_UNDO": undo}
        # In a build with sanitizers theirs is not the first library then.
        self.environment["ASAN_OPTIONS"] = (os.environ.get("ASAN_OPTIONS", "") +
                                            ":verify_asan_link_order=0")
        if lies:
            self.environment["TROPEA_POWER_CUT_LIE"] = "1"

    def cut(self):
        """After the process was killed. Returns how many writes were lost."""
        n_lost = 0
        for name in sorted(os.listdir(self.undo), reverse=True):
            path = os.path.join(self.undo, name)
            with open(path, "rb") as file:
                target, _, undos = file.read().partition(b"\0")
            os.unlink(path)
            if not target.startswith(os.fsencode(self.root)) or not os.path.exists(target):
                continue
            if name.startswith("made-"):
                os.unlink(target)
                n_lost += 1
            else:
                n_lost += put_back(target, undos)
        for name in os.listdir(self.root):
            # Never synced and made anew; after a real cut it may be anything.
            if name.endswith("-shm"):
                os.unlink(os.path.join(self.root, name))
        return n_lost


def put_back(target, undos):
    steps, at = [], 0
    while at + UNDO.size <= len(undos):
        offset, size, n_bytes = UNDO.unpack_from(undos, at)
        at += UNDO.size
        if at + n_bytes > len(undos):
            break  # killed in the middle: the write itself was not begun
        steps.append((offset, size, undos[at:at + n_bytes]))
        at += n_bytes
    with open(target, "r+b") as file:
        for offset, size, data in reversed(steps):
            file.seek(offset)
            file.write(data)
            file.truncate(size)
    return len(steps)
