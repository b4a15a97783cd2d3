"""Ears: samples in, words out."""
