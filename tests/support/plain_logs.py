"""Plain logs: what a test says where nothing else was configured, read only if it fails.

structlog draws an exception as frames full of source with rich, which takes a second of computing
for each; a walk through crashes logs hundreds of them.
"""

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback


def log_plainly() -> None:
    """Forget what was configured before."""
    structlog.reset_defaults()
    processors = structlog.get_config()["processors"][:-1]
    structlog.configure(
        processors=[*processors, ConsoleRenderer(exception_formatter=plain_traceback)],
        wrapper_class=structlog.make_filtering_bound_logger("INFO"),
    )
