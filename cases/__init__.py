"""What we do: one case a worker, its steps, work items and deadlines."""
