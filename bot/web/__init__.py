"""Web face: health, metrics, and the pages that people open from a private link."""
