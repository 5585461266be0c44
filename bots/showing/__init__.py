"""The demo: a sandbox world, the bots and the dashboard together, and an account of what happened."""
