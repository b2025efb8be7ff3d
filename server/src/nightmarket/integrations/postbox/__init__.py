"""The local outbox: where no service is configured, messages are kept and shown to whoever sits at the machine."""
