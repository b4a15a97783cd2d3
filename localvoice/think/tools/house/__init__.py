"""The house: lights and devices, weather, a coffee counter. Plug-ins connect it; `simulated` is an example."""
