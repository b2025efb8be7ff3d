"""Money movements: what is owed for a payable reference, how it was asked for, what the gateways said about it."""
