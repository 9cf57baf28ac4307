"""Fleet: the processes that share one PostgreSQL, what each of them does, and for which guilds."""
