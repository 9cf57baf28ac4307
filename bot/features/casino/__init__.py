"""Casino: games of chance for money, each with its odds in sight."""
