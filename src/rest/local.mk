# rest: our own wire.
