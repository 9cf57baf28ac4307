"""Members: who joins, who leaves, who is banned, each told once."""
