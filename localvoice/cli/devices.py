"""`localvoice devices`: the sound devices, their numbers and their names."""

from dataclasses import asdict

import typer


def devices(*, as_json: bool = False) -> None:
    """The sound devices: their channels and rates, the default ones marked. Raises NoDevice if there is none."""
    from localvoice.cli.json_output import document
    from localvoice.engines.sound.portaudio import devices as list_devices
    from localvoice.errors import NoDevice

    with document(as_json) as out:
        found = list_devices()
        out["devices"] = [asdict(device) for device in found]
        if not found:
            raise NoDevice(
                "There is no sound device on this machine.",
                "Plug one in; `localvoice demo` holds a conversation without one.",
            )
    if as_json:
        return
    digits = max(len(str(device.index)) for device in found)
    width = max(len(device.name) for device in found)
    for device in found:
        uses = [
            f"{count} {kind}{' (default)' if default else ''}"
            for count, kind, default in (
                (device.inputs, "in", device.is_default_input),
                (device.outputs, "out", device.is_default_output),
            )
            if count
        ]
        about = f"{device.host_api}, {device.rate_hz} Hz, {', '.join(uses)}"
        typer.echo(f"{device.index:>{digits}}  {device.name:<{width}}  {about}")
