"""Measurements: Herald against loops that do less, as ratios within one interleaved run."""
