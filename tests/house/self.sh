#!/bin/sh
# self.sh: each house rule fails on a tree that breaks it, and passes on one that does not.
set -eu
rules=$(cd "${srcdir:-.}/tests/house" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
bad=0

# A small tree without fault.
fresh() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/src/base" "$tree/src/db" "$tree/src/web" "$tree/tests" "$tree/tools" \
        "$tree/sql" "$tree/docs"
    printf '# The order.\nbase\ndb\nweb\n' >"$tree/src/LAYERS"
    put src/base/good.c 'int good_one(void);' '' 'int' 'good_one(void)' '{' '    return 1;' '}'
    put src/web/fair.h '#include "base/good.h"' \
        'static const char *const update = "update", *with = "with all, select one";' \
        'static const char *const say = "update the index", *more = "delete this";' \
        '/* "select * from kvasir.record" is in sql. */'
}

# put FILE LINE...: with the comment that a file begins with.
put() {
    name=$(basename "$1"); path=$tree/$1; shift
    { printf '/*\n * %s: says what it is.\n */\n' "${name%.*}"; printf '%s\n' "$@"; } >"$path"
}

run() {
    case $1 in
    symbols) (cd "$tree" && compile && sh "$rules/symbols.sh" .) ;;
    *) srcdir=$tree sh "$rules/$1.sh" ;;
    esac
}

compile() {
    for source in "$tree"/src/*/*.c; do ${CC:-cc} -c -o "${source%.c}.o" "$source"; done
}

# refused RULE WORDS: the rule fails and says these words.
refused() {
    if out=$(run "$1" 2>&1); then
        echo "$1 let this pass: $2"; bad=1
    elif ! printf '%s\n' "$out" | grep -qF -- "$2"; then
        echo "$1 failed without saying: $2"; printf '%s\n' "$out"; bad=1
    fi
    fresh
}

many() { i=0; while [ "$i" -lt "$1" ]; do printf '    (void)0;\n'; i=$((i + 1)); done; }

fresh
for rule in layers sizes words symbols; do
    run "$rule" || { echo "$rule fails on a tree without fault"; bad=1; }
done

put src/base/up.c '#include "web/fair.h"';            refused layers 'base reaches up to web/fair.h'
put src/base/up.c '#  include "web/fair.h"';          refused layers 'base reaches up to web/fair.h'
mkdir "$tree/src/odd"; put src/odd/odd.c 'int odd;';  refused layers 'folder odd is not in'
put src/web/out.c '#include "nowhere/x.h"';           refused layers 'nowhere/x.h'
while read -r folder header; do
    put "src/$folder/door.c" "#include <$header>"
    refused layers "may include $header"
done <<'DOORS'
web libpq-fe.h
db hiredis/hiredis.h
base fcgiapp.h
db json-c/json.h
web openssl/evp.h
web cblas.h
web utf8proc.h
web curl/curl.h
web archive.h
web cmark-gfm.h
web libxml/parser.h
web pcre2.h
DOORS
while read -r sql; do
    put src/db/sql.c "const char *sql = \"$sql\";"
    refused layers 'src/db/sql.c:4: SQL belongs'
done <<'STATEMENTS'
select 1
select id from kvasir.record
SELECT count(*) FROM t
select kvasir.search($1)
insert into kvasir.record values (1)
update kvasir.record set body = $1
delete from kvasir.record
with found as (
with recursive walk(id) as (
create index concurrently on x
alter table x
drop table x
STATEMENTS

put src/db/long.c 'int' 'long_one(void)' '{' "$(many 57)" '}'; run sizes
put src/db/long.c 'int' 'long_one(void)' '{' "$(many 58)" '}'; refused sizes 'long_one has 61 lines'
put src/db/large.c "$(many 498)";                     refused sizes 'more than 500'
put src/db/large.h "$(many 118)";                     refused sizes 'more than 120'

echo 'int x;' >"$tree/src/db/bare.c";                 refused words 'does not begin with a comment'
printf '/*\n * other: a thing.\n */\n' >"$tree/src/db/name.c"; refused words 'does not begin with "name: "'
printf '/*\n * open: no end\n */\n' >"$tree/src/db/open.c"; refused words 'sentence does not end'
printf '#!/bin/sh\nset -e\nexit\n' >"$tree/tools/bare.sh"; refused words 'tools/bare.sh'
put src/db/later.c '/* TO''DO: more */';              refused words 'src/db/later.c:4'
echo '-- FIX''ME' >"$tree/sql/x.sql";                 refused words 'sql/x.sql:1'

put src/db/odd.c 'int stray(void);' 'int stray(void) { return 1; }'; refused symbols 'stray should begin with odd_'
put src/db/odd.c 'int odder;';                        refused symbols 'odder should begin with odd_'
exit "$bad"
