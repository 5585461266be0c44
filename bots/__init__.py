"""The business processes, the portals they drive, the scheduler, the worker, the sandbox world, the commands."""
