"""`localvoice devices`: the sound devices and their names."""

import typer


def devices() -> None:
    """The sound devices: their channels and rates, the default ones marked. Raises NoDevice where there is none."""
    from localvoice.engines.sound.portaudio import devices as list_devices
    from localvoice.errors import NoDevice

    found = list_devices()
    if not found:
        raise NoDevice(
            "There is no sound device on this machine.",
            "Plug one in; `localvoice demo` holds a conversation without one.",
        )
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
        typer.echo(f"{device.name:<{width}}  {device.host_api}, {device.rate_hz} Hz, {', '.join(uses)}")
