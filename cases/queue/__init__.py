"""Who acts next, and by when: the flow, its work items and their deadlines."""
