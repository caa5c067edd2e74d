#!/usr/bin/env -S python3 -B
"""sqltools: functions of a schema as tools: what they tell of themselves, how they are called, and what they may not."""
import json
import subprocess

from stack import Stack
from stage import play

SETUP = r"""
create schema tools;
grant usage on schema tools to kvasir_tool;
create type tools.colour as enum ('red', 'green');
create domain tools.short as text check (length(value) < 5);
create table tools.orders (
    tenant_id uuid not null default kvasir.tenant(), number int not null, customer text, amount numeric,
    placed date default '2026-01-01', primary key (tenant_id, number));
alter table tools.orders enable row level security;
alter table tools.orders force row level security;
create policy own on tools.orders using (tenant_id = (select kvasir.tenant()));
grant select, insert, update on tools.orders to kvasir_tool;

create function tools.order_add(number int, customer text, amount numeric default 1) returns void
language sql as $$ insert into tools.orders (number, customer, amount) values (number, customer, amount) $$;
comment on function tools.order_add is 'Places an order.
@title Place an order
@destructive false
@param customer Who pays, by name';

create function tools.orders_of(customer text, since date default null)
returns table (number int, amount numeric) language sql stable as $$
    select o.number, o.amount from tools.orders o
     where o.customer = orders_of.customer and (since is null or o.placed >= since) order by o.number $$;
comment on function tools.orders_of is $c$Orders of one customer, oldest first.
Amounts are in euro.
@title Orders of a customer$c$;

create function tools.total() returns numeric language sql stable as $$ select coalesce(sum(amount), 0) from tools.orders $$;
create function tools.echo(a smallint default null, b bigint default null, c numeric default null, d float8 default null,
    e text default null, f boolean default null, g jsonb default null, h uuid default null, i timestamptz default null,
    j date default null, k int[] default null, l text[] default null, m interval default null,
    n tools.colour default null, o tools.short default null, p json default null)
returns json language sql immutable as $$ select json_build_array(a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p) $$;
create function tools.sneaky() returns void language sql stable as 'select null::void';
create or replace function tools.sneaky() returns void language plpgsql stable as $$
begin perform tools.write_for_real(); end $$;
create function tools.write_for_real() returns void language plpgsql as $$
begin insert into tools.orders (number, amount) values (77, 1000); end $$;
comment on function tools.write_for_real is '@hidden';
create function tools.escapes() returns void language plpgsql stable as $$
begin perform set_config('transaction_read_only', 'off', true); insert into tools.orders (number, amount) values (78, 1000); end $$;
create function tools.numbers(most int) returns setof int language sql immutable as 'select generate_series(1, most)';
create function tools.wide(size int) returns setof text language sql immutable as $$ select repeat('x', size) from generate_series(1, 5) $$;
create function tools.big(size int) returns text language sql immutable as $$ select repeat('x', size) $$;
create function tools.named(out answer int, out says text) language sql immutable as $$ select 42, 'yes' $$;
create function tools.single(out answer int) language sql immutable as 'select 42';
create function tools.singles() returns table (answer int) language sql immutable as 'select 42';
create function tools.own_limit("limit" int, "cursor" text) returns setof text language sql immutable as $$ select "cursor" || "limit" $$;
create function tools.many(variadic parts text[]) returns text language sql immutable as $$ select array_to_string(parts, '+') $$;
create function tools."Odd ""name"(x int) returns int language sql as 'select x';
create function tools."quo""ted"("a""b'c" text) returns text language sql immutable as $$ select $1 $$;
create function tools.quoted("a""b'c;--" text) returns text language sql immutable as $$ select $1 $$;
create function tools.twice(a int) returns int language sql as 'select 1';
create function tools.twice(a text) returns int language sql as 'select 2';
create function tools.unnamed(int) returns int language sql as 'select 1';
create function tools.untyped(a anyelement) returns int language sql as 'select 1';
create function tools.no_columns() returns setof record language sql as 'select 1, 2';
create function tools.fires() returns trigger language plpgsql as 'begin return null; end';
create function tools.not_granted() returns int language sql as 'select 1';
revoke execute on function tools.not_granted() from public;
create function tools.fails() returns int language plpgsql as $$ begin
    raise exception using errcode = 'P0042', message = 'no such customer', detail = 'Looked everywhere.', hint = 'Ask for another.';
end $$;
create function tools.looks(relation text) returns text language plpgsql stable as $$
declare told text; begin execute 'select count(*)::text from ' || relation into told; return told; end $$;
create function tools.moves(tenant uuid) returns bigint language plpgsql stable as $$ begin
    perform set_config('kvasir.tenant', tenant::text, true); return 1; end $$;
create function tools.sleeps() returns int language sql as $$ select 1 from pg_sleep(30) $$;
create function tools.admin_only() returns int language sql stable as 'select 1';
comment on function tools.admin_only is 'For few. @scope is no mark in the middle.
@scope admin';
create function public.outside() returns int language sql as 'select 1';
grant execute on function public.outside() to kvasir_tool;
"""

kv = Stack(redis=False, engine=False, mode="development", auth="key", tool_schema="tools", tool_timeout=2000,
           tool_rows=150, tool_bytes=20000)
ALPHA, _ = kv.key("default_tenant")
kv.db.psql("-c", "select kvasir.tenant_create('other_tenant', false)")
OTHER, _ = kv.key("other_tenant")
READER, _ = kv.key("default_tenant", "--scope", "read")
ADMIN, _ = kv.key("default_tenant", "--scope", "admin")


def older(method, key=None, **params):
    status, _, body = kv.ask("POST", "/mcp", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}), {
        "Content-Type": "application/json", "Authorization": "Bearer " + (key or ALPHA)})
    return status, json.loads(body)


def tool(name, key=None, /, **arguments):
    """The result of a call that succeeds."""
    status, said = older("tools/call", key, name=name, arguments=arguments)
    assert status == 200 and not said["result"].get("isError"), said
    assert json.loads(said["result"]["content"][0]["text"]) == said["result"]["structuredContent"]
    return said["result"]["structuredContent"]


def wrong(name, key=None, /, **arguments):
    """The words of one that fails, for the model."""
    status, said = older("tools/call", key, name=name, arguments=arguments)
    assert status == 200 and said["result"]["isError"] is True, said
    return said["result"]["content"][0]["text"]


def listed(key=None):
    return {t["name"]: t for t in older("tools/list", key)[1]["result"]["tools"]}


def appears():
    """functions are listed as soon as they are there, each as its catalogue and comment say"""
    before = listed()
    assert "orders_of" not in before and len(before) > 25
    kv.db.psql("-c", SETUP)
    tools = listed()
    mine = set(tools) - set(before)
    assert mine == {"order_add", "orders_of", "total", "echo", "sneaky", "escapes", "numbers", "wide", "big", "named",
                    "single", "singles", "own_limit", "many", "quoted", "fails", "looks", "moves", "sleeps"}, mine
    of = tools["orders_of"]
    assert of["description"] == "Orders of one customer, oldest first.\nAmounts are in euro." and of["title"], of
    assert of["annotations"] == {"title": "Orders of a customer", "readOnlyHint": True, "destructiveHint": False,
                                 "idempotentHint": True, "openWorldHint": False}, of
    assert list(of["inputSchema"]["properties"]) == ["customer", "since", "limit", "cursor"], of
    assert of["inputSchema"]["required"] == ["customer"] and of["inputSchema"]["additionalProperties"] is False
    assert of["inputSchema"]["properties"]["since"] == {"type": "string", "format": "date"}
    add = tools["order_add"]
    assert add["annotations"]["readOnlyHint"] is False and add["annotations"]["destructiveHint"] is False, add
    assert add["inputSchema"]["properties"]["customer"] == {"type": "string", "description": "Who pays, by name"}
    assert add["inputSchema"]["required"] == ["number", "customer"]
    echo = tools["echo"]["inputSchema"]["properties"]
    assert echo["g"] == {} and echo["k"]["items"]["type"] == "integer" and echo["n"]["enum"] == ["red", "green"]
    assert echo["m"] == {"type": "string", "description": "interval"} and echo["o"] == {"type": "string"}
    assert "SQL function" in tools["total"]["description"]
    assert "order_add" not in listed(READER) and "orders_of" in listed(READER) and "admin_only" in listed(ADMIN)
    kv.db.psql("-c", "comment on function tools.total() is 'All of it.'")
    assert listed()["total"]["description"] == "All of it.", "and what changes is seen"


def told():
    """every tenant's listeners are told when such a function changes, and of nothing else"""
    def count():
        return [int(n) for _, n in kv.db.ask("select t.id, count(o.number) from kvasir.tenant t left join kvasir.told o "
                                             "on o.tenant_id = t.id and o.topic = 'tools' group by 1 order by 1")]
    before = count()
    kv.db.psql("-c", "create table public.no_function (a int)", "-c", "comment on table public.no_function is 'x'")
    assert count() == before
    for n, change in enumerate(("create function tools.later() returns int language sql as 'select 1'",
                                "comment on function tools.later() is 'x'", "alter function tools.later() stable",
                                "drop function tools.later()"), 1):
        kv.db.psql("-c", change)
        assert count() == [b + n for b in before], (change, before, count())


def calls():
    """arguments of every type arrive, defaults count, rows come in pages"""
    assert tool("order_add", number=1, customer="ada", amount=2.5) == {"result": None}
    for n in range(2, 8):
        tool("order_add", number=n, customer="ada")
    assert tool("orders_of", customer="ada", limit=2)["rows"] == [{"number": 1, "amount": 2.5}, {"number": 2, "amount": 1}]
    assert tool("orders_of", customer="ada", since="2027-01-01") == {"rows": []}
    rows, cursor = [], {}
    while True:
        page = tool("orders_of", customer="ada", limit=3, **cursor)
        rows += page["rows"]
        if "cursor" not in page:
            break
        cursor = {"cursor": page["cursor"]}
    assert [r["number"] for r in rows] == list(range(1, 8))
    assert "cursor must be" in wrong("orders_of", customer="bob", **cursor)
    assert "cursor must be" in wrong("orders_of", customer="ada", cursor="5.x")
    assert tool("total")["result"] == 8.5 and tool("named") == {"answer": 42, "says": "yes"}
    assert tool("single") == {"answer": 42} and tool("singles") == {"rows": [{"answer": 42}]}
    given = {"a": 1, "b": 2**40, "c": 1.25, "d": 0.5, "e": "t'; drop--", "f": True, "g": {"x": [1, None]},
             "h": "00000000-0000-0000-0000-000000000001", "i": "2026-01-01T00:00:00Z", "j": "2026-02-03", "k": [1, 2],
             "l": ["a,b", "{c}", "\"", None], "m": "1 day", "n": "red", "o": "abc", "p": [{"q": 1}]}
    said = tool("echo", **given)["result"]
    want = {**given, "i": "2026-01-01T00:00:00+00:00", "m": "P1D"}
    assert said == list(want.values()), said
    assert tool("echo", a=None)["result"] == [None] * 16
    assert tool("many", parts=["x", "y"])["result"] == "x+y" and tool("own_limit", limit=5, cursor="c") == {"rows": ["c5"]}
    assert len(tool("numbers", most=1000)["rows"]) == 100 and len(tool("numbers", most=1000, limit=1000)["rows"]) == 150
    page = tool("wide", size=6000)
    assert len(page["rows"]) == 3 and "cursor" in page, "the cap of bytes ends a page, and the next one goes on"
    assert len(tool("wide", size=6000, cursor=page["cursor"])["rows"]) == 2
    assert "larger than 20000 bytes" in wrong("big", size=30000) and "larger than" in wrong("wide", size=30000)


def mistakes():
    """what is wrong with a call is told in words that mend it, with what Postgres says"""
    for arguments, says in (({}, "number is required"), ({"number": "1", "customer": "x"}, "number must be a whole number"),
                            ({"number": 1.5, "customer": "x"}, "number must be a whole number"),
                            ({"number": 1, "customer": 2}, "customer must be a string"),
                            ({"number": 1, "customer": "x", "amuont": 1}, "amuont is not known here"),
                            ({"number": 10**12, "customer": "x"}, "out of range")):
        assert says in wrong("order_add", **arguments), (arguments, wrong("order_add", **arguments))
    assert "limit must be" in wrong("orders_of", customer="x", limit=0) and "array" in wrong("many", parts="x")
    assert "invalid input" in wrong("echo", h="nope") and "22P02" in wrong("echo", h="nope")
    assert "violates check" in wrong("echo", o="much too long") and "enum" in wrong("echo", n="blue")
    said = wrong("fails")
    assert said == "no such customer\nDetail: Looked everywhere.\nHint: Ask for another.\nSQLSTATE P0042", said
    assert "23505" in wrong("order_add", number=1, customer="again")
    said = wrong("sleeps")
    assert "too long" in said or "in time" in said, said
    status, body = kv.ask("POST", "/api/mcp/route", json.dumps({"tool": "fails", "payload": {}}), {
        "Content-Type": "application/json", "Authorization": "Bearer " + ALPHA})[::2]
    assert status == 400 and "no such customer" in json.loads(body)["error"], body
    events = kv.db.ask("select data ->> 'success', count(*) from kvasir.outbox where type = 'mcp.tool.executed' "
                       "and subject = 'fails' group by 1")
    assert events == [["false", "2"]], events


def walls():
    """a tool sees its caller's rows, writes only when it says so, and reaches nothing it was not granted"""
    assert tool("orders_of", OTHER, customer="ada") == {"rows": []} and tool("total", OTHER)["result"] == 0
    tool("order_add", OTHER, number=1, customer="eve")
    assert tool("total")["result"] == 8.5
    assert "read-only transaction" in wrong("sneaky") and "25006" in wrong("sneaky")
    assert "read" in wrong("escapes") and tool("total")["result"] == 8.5
    assert tool("order_add", number=9, customer="after", amount=0) == {"result": None}, "which ends with the call"
    for relation in "kvasir.note", "kvasir.api_key", "kvasir.outbox", "kvasir_data.record_1":
        said = wrong("looks", relation=relation)
        assert "permission denied" in said or "does not exist" in said, said
    other = kv.db.ask("select id from kvasir.tenant where name = 'other_tenant'")[0][0]
    tool("moves", tenant=other)
    assert kv.db.ask("select t.name from kvasir.outbox o join kvasir.tenant t on t.id = o.tenant_id "
                     "where o.subject = 'moves'") == [["default_tenant"]], "whose call it was is not the function's to say"
    status, said = older("tools/call", READER, name="order_add", arguments={"number": 50, "customer": "x"})
    assert status == 403 and "scope" in said["error"]["message"], said
    assert older("tools/call", READER, name="total", arguments={})[0] == 200
    assert older("tools/call", name="admin_only", arguments={})[0] == 403 and tool("admin_only", ADMIN) == {"result": 1}


def outside():
    """no name leads out of the schema, and what is ambiguous is refused"""
    for name in ("outside", "public.outside", "tools.total", "pg_sleep", "TOTAL", "total()", "total\"", "tools\".\"total",
                 "'; select 1; --", "kvasir.emit", "not_granted", "fires", "no_columns", "untyped", "unnamed", "twice",
                 "Odd \"name", "quo\"ted", "", "x" * 300, "../public/outside"):
        status, said = older("tools/call", name=name, arguments={})
        assert status == 200 and said["error"]["code"] == -32602, (name, said)
    assert "several functions" in older("tools/call", name="twice", arguments={"a": 1})[1]["error"]["message"]
    text = "'; drop table tools.orders; --\" $1 %s %I \\"
    assert tool("quoted", **{"a\"b'c;--": text}) == {"result": text}
    assert "is not known here" in wrong("quoted", **{"a\"b'c;--": "x", "x => 1); drop table tools.orders; --": "y"})
    assert tool("total")["result"] == 8.5
    kv.db.psql("-c", "drop function tools.twice(text)")
    assert tool("twice", a=3) == {"result": 1}, "and once it is one, it is a tool"


def lint():
    """kvasir lint tells what is no tool, and which one leaves the wall behind"""
    kv.db.psql("-c", "create function tools.definer() returns int language sql security definer as 'select 1'", "-c",
               "comment on function tools.definer() is '@heading x'")
    done = subprocess.run(["./kvasir", "lint", "--set", "tool_schema=tools"], capture_output=True, text=True,
                          env=kv.db.settings(), check=False)
    found = done.stdout
    assert done.returncode == 1, done
    assert "tools.definer(): tool-definer" in found and "@heading" in found, found
    assert "tool-refused" in found and "tools.twice" not in found and "tools.unnamed(integer)" in found, found


def roles():
    """a role that is too strong runs nothing"""
    for strength, weak in ("login", "nologin"), ("bypassrls", "nobypassrls"), ("superuser", "nosuperuser"):
        kv.db.psql("-c", f"alter role kvasir_tool {strength}")
        status, said = older("tools/call", name="total", arguments={})
        assert "too strong" in json.dumps(said) and "8.5" not in json.dumps(said), said
        kv.db.psql("-c", f"alter role kvasir_tool {weak}")
    assert tool("total")["result"] == 8.5


play(appears, told, calls, mistakes, walls, outside, roles, lint)
