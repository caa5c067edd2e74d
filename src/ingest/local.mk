# ingest: documents into records.
