-- 0023: nothing yet: this number is kept for a change that is made elsewhere.
set local role kvasir_owner;
