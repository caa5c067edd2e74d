# app: the programs and their tables.
