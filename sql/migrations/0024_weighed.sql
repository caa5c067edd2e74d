-- The query's vector with its words weighed by how rare they are (docs/decisions/0036-words-weighed-in-vectors.md).

set local role kvasir_owner;

-- Null: the query has none.
alter type kvasir.word_hits add attribute weighed vector;

-- A database that is there has them; others of the same names take their places.
drop function if exists kvasir.hybrid_window(kvasir.collection, kvasir.word_hits, vector, bigint, double precision);
drop function if exists kvasir.feedback(kvasir.collection, vector, bigint[], double precision[]);
