"""What the collector need not look at: the models, forms and templates of a loaded process stay for its whole life."""

import gc

OBJECTS_BETWEEN_LOOKS = 20_000  # Python's own 700 are soon reached by the rows and widgets of one page


def settle() -> None:
    """Call once when everything is loaded; otherwise each page pays for looks at what never goes away."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, 20, 20)
