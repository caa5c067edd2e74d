# store: collections and their records.
