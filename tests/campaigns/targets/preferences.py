"""What the editor remembers, read as it starts: nothing in it is refused, and nothing of it gets past its type."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import msgspec

from gui import preferences
from tests.campaigns.mutations import Files, as_text, changed_json, damaged_bytes, damaged_json
from tests.campaigns.target import Target

SOUND = {
    "theme": "dark",
    "recent": ["/a/lenet.loom", "b.loom"],
    "sides": [220, 320],
    "window": {"x": 10, "y": 20, "width": 1366, "height": 768, "maximized": False, "toolbar": True},
    "docks": [{"name": "Layers", "area": "left", "group": 0, "shown": True, "front": False, "width": 220, "height": 9}],
}


class Preferences(Target):
    """``preferences.json``."""

    name = "preferences"

    def case(self, random: Random) -> Files:
        if random.random() < 0.3:
            return {"preferences.json": damaged_bytes(random, msgspec.json.encode(SOUND))}
        change = random.choice((changed_json, damaged_json))
        return {"preferences.json": as_text(random, change(random, SOUND))}

    def feed(self, folder: Path) -> None:
        os.environ["XDG_CONFIG_HOME"] = str(folder)
        preferences.file().parent.mkdir(exist_ok=True)
        (folder / "preferences.json").replace(preferences.file())
        assert preferences.theme_name() in ("light", "dark", "system")
        assert all(isinstance(path, str) for path in preferences.recent_files())
        assert len(preferences.side_widths()) in (0, 2)
        preferences.window_place()
        preferences.dock_places()
        preferences.add_recent(folder)
        assert preferences.recent_files()[0] == str(folder.resolve())
