"""The demo: any SQLite database as a live site. `wayfare demo [FILE.db]` starts it."""
