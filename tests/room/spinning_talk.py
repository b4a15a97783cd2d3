"""`localvoice talk` with Python threads of somebody else's that never rest. At the end the counters go to a file.

python spinning_talk.py COUNTERS.json SPINNERS
"""

import json
import sys
import threading
from pathlib import Path

from localvoice.cli import main
from localvoice.engines.sound.portaudio import PortAudioCard


def spin():
    count = 0
    while True:
        count += 1


def watched(stop, file):
    def stop_and_tell(card):
        stop(card)
        counters = card.edge.counters
        file.write_text(json.dumps({name: getattr(counters, name) for name in counters.__slots__}))

    return stop_and_tell


def run():
    file, spinners = Path(sys.argv[1]), int(sys.argv[2])
    PortAudioCard.stop = watched(PortAudioCard.stop, file)
    for _ in range(spinners):
        threading.Thread(target=spin, daemon=True).start()
    sys.argv[1:] = ["talk"]
    sys.exit(main())


run()
