# bus: tell others what happened, even while Redis is away.
