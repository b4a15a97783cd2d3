"""The house: lights and devices, weather, a coffee counter. Connected by plug-ins; `simulated` is an
example of one.
"""
