# search: find records.
