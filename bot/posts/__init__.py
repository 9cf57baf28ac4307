"""Posts: outbox of messages to Discord, owed in the transaction that made them due."""
