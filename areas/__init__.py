"""Where the work is: one tree of divisions, each a range of codes."""
