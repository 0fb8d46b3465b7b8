"""The parts of live training: what a run was, how fast it may be watched, and where it shows."""
