"""How we reach people: the message ledger, gateways, replies."""
