-- The query's vector with its words weighed by how rare they are (docs/decisions/0036-words-weighed-in-vectors.md).

set local role kvasir_owner;

-- Null: the query has none.
alter type kvasir.word_hits add attribute weighed vector;

-- Replaced by others of the same names.
drop function kvasir.hybrid_window(kvasir.collection, kvasir.word_hits, vector, bigint, double precision);
drop function kvasir.feedback(kvasir.collection, vector, bigint[], double precision[]);
