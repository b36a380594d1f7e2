"""What the collector need not look at: the models, forms and templates of a loaded process stay for its whole life."""

import gc

OBJECTS_BETWEEN_LOOKS = 20_000  # Python's 700 means a look at every second query


def settle() -> None:
    """Call once when everything is loaded. A tenth of the CPU of a page or a letter otherwise goes into looking."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, 20, 20)
