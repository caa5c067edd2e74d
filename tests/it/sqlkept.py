#!/usr/bin/env -S python3 -B
"""sqlkept: calls of SQL tools that a session keeps prepared: fast, and never older than the catalogue, nor outside the wall."""
import json
import time

from stack import Stack, wait
from stage import play

SETUP = r"""
create schema tools;
grant usage on schema tools to kvasir_tool;
create table tools.orders (
    tenant_id uuid not null default kvasir.tenant(), number int not null, customer text, primary key (tenant_id, number));
alter table tools.orders enable row level security;
create policy own on tools.orders using (tenant_id = (select kvasir.tenant()));
grant select, insert on tools.orders to kvasir_tool;
create function tools.order_add(number int, customer text) returns void
language sql as $$ insert into tools.orders (number, customer) values (number, customer) $$;
create function tools.orders_of(customer text default null) returns table (number int) language sql stable as $$
    select o.number from tools.orders o where orders_of.customer is null or o.customer = orders_of.customer order by o.number $$;
create function tools.plans() returns bigint language sql stable as $$
    select coalesce(sum(generic_plans + custom_plans), 0)::bigint from pg_prepared_statements where name like 'tool %' $$;
create function tools.kept() returns bigint language sql stable as $$
    select count(*) from pg_prepared_statements where name like 'tool %' $$;
create function tools.mode() returns text language sql stable as $$
    select concat_ws(' ', current_user, current_setting('transaction_read_only'), coalesce(pg_current_xact_id_if_assigned()::text, 'none')) $$;
create function tools.numbers(most int) returns setof int language sql immutable as 'select generate_series(1, most)';
create function tools.wide(size int) returns setof text language sql immutable as $$ select repeat('x', size) from generate_series(1, 5) $$;
create function tools.big(size int) returns text language sql immutable as $$ select repeat('x', size) $$;
create function tools.object(a int) returns jsonb language sql immutable as $$ select case when a > 0 then jsonb_build_object('a', a) end $$;
create function tools.named(a int, out b int, out c text) language sql immutable as $$ select a, nullif(repeat('y', a), '') $$;
create function tools.own_limit("limit" int, "cursor" text) returns setof text language sql immutable as $$ select "cursor" || "limit" $$;
create function tools.many(variadic parts text[]) returns text language sql immutable as $$ select array_to_string(parts, '+') $$;
create function tools.quoted("a""b'c;--" text) returns text language sql immutable as $$ select $1 $$;
create function tools.picky(a int, b text default 'x') returns int language plpgsql stable as $$ begin
    if a = 13 then
        raise exception using errcode = 'P0042', message = 'not 13', detail = 'It is 13.', hint = 'Take another.';
    elsif a = 14 then
        perform tools.order_add(14, 'x');
    elsif a = 15 then
        perform pg_sleep(30);
    end if;
    return a;
end $$;
create function tools.moves(tenant uuid) returns text language plpgsql stable as $$ begin
    perform set_config('kvasir.tenant', tenant::text, true);
    return 'moved';
end $$;
"""

kv = Stack(redis=False, engine=False, mode="development", auth="key", tool_schema="tools", tool_timeout=1500,
           tool_rows=150, tool_bytes=20000, threads=1)
KEY, KEY_ID = kv.key("default_tenant")
kv.db.psql("-c", "select kvasir.tenant_create('other_tenant', false)")
OTHER, _ = kv.key("other_tenant")
kv.db.psql("-c", SETUP)
OPTIONAL = "abcdefgh"
kv.db.psql("-c", "create function tools.optional(%s) returns text language sql immutable as $$ select concat(%s) $$" % (
    ", ".join(f"{c} text default ''" for c in OPTIONAL), ", ".join(OPTIONAL)))


def ask(name, key=None, /, once=None, **arguments):
    headers = {"Content-Type": "application/json", "Authorization": "Bearer " + (key or KEY)}
    if once:
        headers["Idempotency-Key"] = once
    status, _, body = kv.ask("POST", "/mcp", json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": name, "arguments": arguments}}), headers)
    return status, json.loads(body)


def tool(name, key=None, /, **arguments):
    status, said = ask(name, key, **arguments)
    assert status == 200 and not said["result"].get("isError"), said
    assert json.loads(said["result"]["content"][0]["text"]) == said["result"]["structuredContent"]
    return said["result"]["structuredContent"]


def wrong(name, key=None, /, **arguments):
    status, said = ask(name, key, **arguments)
    assert status == 200 and said["result"]["isError"] is True, said
    return said["result"]["content"][0]["text"]


def refused(name, key=None, /, **arguments):
    """A call of what is no tool, or not this caller's."""
    status, said = ask(name, key, **arguments)
    assert "error" in said, said
    return status, said["error"]["message"]


def plans():
    return int(tool("plans")["result"])


def runs_kept(name, key=None, /, **arguments):
    """The same call thrice: the second and third are of a kept statement, and answer as the first."""
    first = tool(name, key, **arguments)
    tool("plans")
    before = plans()
    assert tool(name, key, **arguments) == first == tool(name, key, **arguments)
    assert plans() == before + 3, (name, "two of these, and that of plans itself")
    return first


def sql(text):
    kv.db.psql("-c", text)


def keeps():
    """the second call of a kind is of a prepared statement, as the role, without writing, and answers the same"""
    for number in 1, 2, 3:
        assert tool("order_add", number=number, customer="ada" if number < 3 else "bob") == {"result": None}
    assert runs_kept("orders_of", customer="ada") == {"rows": [{"number": 1}, {"number": 2}]}
    assert runs_kept("orders_of") == {"rows": [{"number": 1}, {"number": 2}, {"number": 3}]}
    assert tool("orders_of", customer="bob") == {"rows": [{"number": 3}]}, "by other values of the same arguments"
    assert runs_kept("orders_of", customer=None) == tool("orders_of")
    tool("mode")
    assert tool("mode") == {"result": "kvasir_tool on none"}
    assert runs_kept("object", a=1) == {"result": {"a": 1}} and tool("object", a=0) == {"result": None}
    assert runs_kept("named", a=2) == {"b": 2, "c": "yy"} and tool("named", a=0) == {"b": 0, "c": None}
    assert runs_kept("own_limit", limit=5, cursor="c") == {"rows": ["c5"]}
    assert runs_kept("many", parts=["x", "y,\"{"]) == {"result": "x+y,\"{"}
    text = "'; drop table tools.orders; --\" $1 %s %I \\"
    assert runs_kept("quoted", **{"a\"b'c;--": text}) == {"result": text}
    before = int(tool("kept")["result"])
    tool("order_add", number=4, customer="eve")
    tool("order_add", number=5, customer="eve")
    assert int(tool("kept")["result"]) in (before, before + 1), "one that writes is not kept"


def pages():
    """rows come in pages, and caps hold, as in a first call"""
    assert len(runs_kept("numbers", most=1000)["rows"]) == 100
    assert len(runs_kept("numbers", most=1000, limit=140)["rows"]) == 140
    assert len(tool("numbers", most=1000, limit=1000)["rows"]) == 150
    for limit in 0, -1, 10**10, 1.5, "7x":
        assert "limit must be" in wrong("numbers", most=10, limit=limit), limit
    assert "cursor" not in tool("numbers", most=3, limit=3) and "cursor" in tool("numbers", most=4, limit=3)
    for nothing in {}, {"limit": None}:
        seen, page = [], {}
        while page == {} or "cursor" in page:
            page = tool("numbers", most=330, **nothing, **({"cursor": page["cursor"]} if page else {}))
            seen += page["rows"]
        assert seen == list(range(1, 331)), nothing
    cursor = tool("numbers", most=330)["cursor"]
    assert "cursor must be" in wrong("numbers", most=331, cursor=cursor) and "cursor must" in wrong("numbers", most=330, cursor="x")
    assert tool("numbers", most=330, cursor=cursor)["rows"][0] == 101
    assert len(runs_kept("wide", size=10)["rows"]) == 5 and runs_kept("big", size=10)["result"] == "x" * 10
    page = tool("wide", size=6000)
    assert len(page["rows"]) == 3 and len(tool("wide", size=6000, cursor=page["cursor"])["rows"]) == 2
    assert "larger than 20000 bytes" in wrong("big", size=30000) and "larger than" in wrong("wide", size=30000)


def fails():
    """a failure is told in the words of a first call, and ends within the tool's time"""
    assert runs_kept("picky", a=1) == {"result": 1}
    for _ in range(2):
        assert wrong("picky", a=13) == "not 13\nDetail: It is 13.\nHint: Take another.\nSQLSTATE P0042"
        assert "25006" in wrong("picky", a=14)
        assert tool("picky", a=2) == {"result": 2}
    assert "whole number" in wrong("picky", a=1.5) and "whole number" in wrong("picky", a="1") and "required" in wrong("picky")
    assert "not known here" in wrong("picky", a=1, c=2)
    began = time.monotonic()
    said = wrong("picky", a=15)
    assert ("too long" in said or "in time" in said) and time.monotonic() - began < 2.9, "and is not tried again"
    assert tool("picky", a=3) == {"result": 3}
    assert kv.db.ask("select count(*) from tools.orders where number = 14") == [["0"]]


def walls():
    """each caller sees his own rows by the same statement, and what a function does to the claims stays with it"""
    tool("order_add", OTHER, number=1, customer="ada")
    for _ in range(8):
        assert tool("orders_of", customer="ada") == {"rows": [{"number": 1}, {"number": 2}]}
        assert tool("orders_of", OTHER, customer="ada") == {"rows": [{"number": 1}]}
    other = kv.db.ask("select id from kvasir.tenant where name = 'other_tenant'")[0][0]
    for _ in range(3):
        assert tool("moves", tenant=other) == {"result": "moved"}
        assert tool("orders_of", customer="bob") == {"rows": [{"number": 3}]}
    short, short_id = kv.key("default_tenant", "--scope", "read")
    assert tool("orders_of", short, customer="bob") == {"rows": [{"number": 3}]}
    kv.db.kvasir("key", "revoke", short_id)
    assert ask("orders_of", short, customer="bob")[0] == 401, "a key that was revoked opens nothing"


def audited():
    """each call is in the audit and an event, of its caller and tenant, with its digest"""
    def count(of, tool_name):
        return int(kv.db.ask(f"select count(*) from kvasir.{of} x join kvasir.tenant t on t.id = x.tenant_id "
                             f"where t.name = 'default_tenant' and {tool_name}")[0][0])
    for at in "audit", "outbox":
        column = "tool" if at == "audit" else "subject"
        wait("the last calls are written", lambda at=at, column=column: count(at, f"{column} = 'moves'") == 3)
    before, events = count("audit", "tool = 'named'"), count("outbox", "subject = 'named'")
    for a in 1, 1, 2, 2:
        tool("named", a=a)
    wait("all four are written", lambda: count("audit", "tool = 'named'") == before + 4 and count("outbox", "subject = 'named'") == events + 4)
    rows = kv.db.ask("select caller, wire, outcome, count(distinct digest), count(request_id), count(*) from kvasir.audit "
                     "where tool = 'named' group by 1, 2, 3")
    assert rows == [[KEY_ID, "mcp", "ok", "3", str(before + 4), str(before + 4)]], rows
    assert kv.db.ask("select distinct data ->> 'success', jsonb_typeof(data -> 'duration') from kvasir.outbox "
                     "where subject = 'named'") == [["true", "number"]]
    failed = kv.db.ask("select outcome, count(*) from kvasir.audit where tool = 'picky' and outcome <> 'ok' group by 1 order by 1")
    assert dict(failed)["input"] == "8" and dict(failed)["timeout"] == "1", failed


def changes():
    """what changes in the catalogue is seen by the next call"""
    def kept():
        sql("create or replace function tools.changing(a int) returns int language sql stable as 'select a'")
        sql("comment on function tools.changing is null")
        assert runs_kept("changing", a=1) == {"result": 1}
    kept()
    sql("create or replace function tools.changing(a int) returns int language sql stable as 'select a + 1'")
    assert tool("changing", a=1) == {"result": 2} == tool("changing", a=1)
    sql("create or replace function tools.changing(a int, b int default 10) returns int language sql stable as 'select a + b'")
    assert "several functions" in refused("changing", a=1)[1], "a second one of that name"
    sql("drop function tools.changing(int)")
    assert tool("changing", a=1) == {"result": 11} == tool("changing", a=1)
    sql("create or replace function tools.changing(a int, b int default 20) returns int language sql stable as 'select a + b'")
    assert tool("changing", a=1) == {"result": 21}, "a default"
    sql("drop function tools.changing")
    assert "no tool" in refused("changing", a=1)[1]
    kept()
    sql("comment on function tools.changing is '@scope admin'")
    assert refused("changing", a=1)[0] == 403, "its scope"
    kept()
    sql("alter function tools.changing volatile")
    assert tool("changing", a=1) == {"result": 1}
    reader, _ = kv.key("default_tenant", "--scope", "read")
    assert refused("changing", reader, a=1)[0] == 403, "that it writes"
    kept()
    sql("alter function tools.changing rename to changed")
    assert "no tool" in refused("changing", a=1)[1] and tool("changed", a=1) == {"result": 1}, "its name"
    sql("drop function tools.changed")
    kept()
    sql("create schema elsewhere; alter function tools.changing set schema elsewhere")
    assert "no tool" in refused("changing", a=1)[1], "its schema"
    sql("alter schema tools rename to former; alter schema elsewhere rename to tools")
    assert "may not use" in refused("changing", a=1)[1] and "no tool" in refused("orders_of")[1]
    sql("drop schema tools cascade; alter schema former rename to tools")
    assert len(tool("orders_of", customer="ada")["rows"]) == 2


def grants():
    """what may not be called any more is not, whichever right was taken"""
    sql("create function tools.granted() returns int language sql stable as 'select 1'")
    for take, give in (("revoke execute on function tools.granted() from public", "grant execute on function tools.granted() to public"),
                       ("revoke usage on schema tools from kvasir_tool", "grant usage on schema tools to kvasir_tool")):
        assert runs_kept("granted") == {"result": 1}
        sql(take)
        assert "may not" in refused("granted")[1], take
        sql(give)
    for strength, weak in ("login", "nologin"), ("bypassrls", "nobypassrls"), ("superuser", "nosuperuser"):
        assert runs_kept("granted") == {"result": 1}
        sql(f"alter role kvasir_tool {strength}")
        assert "too strong" in json.dumps(ask("granted")[1]), strength
        sql(f"alter role kvasir_tool {weak}")
    sql("revoke select on tools.orders from kvasir_tool")
    assert "permission denied" in wrong("orders_of", customer="ada")
    sql("grant select on tools.orders to kvasir_tool")
    assert len(runs_kept("orders_of", customer="ada")["rows"]) == 2


def bounded():
    """a session keeps so many statements and no more, and those used last"""
    for _ in range(2):
        for n in range(1, 100):
            given = {c: c.upper() for i, c in enumerate(OPTIONAL) if n >> i & 1}
            assert tool("optional", **given) == {"result": "".join(given.values())}, given
            assert tool("optional", **dict(reversed(given.items()))) == {"result": "".join(given.values())}
    assert 30 <= int(tool("kept")["result"]) <= 64
    runs_kept("optional", a="1")


def repeated():
    """with an idempotency key a call is as it was: what it answered is kept, not its statement"""
    assert runs_kept("orders_of", customer="bob") == {"rows": [{"number": 3}]}
    before = plans()
    for _ in range(2):
        status, said = ask("orders_of", once="a key", customer="bob")
        assert status == 200 and said["result"]["structuredContent"] == {"rows": [{"number": 3}]}
    assert plans() == before + 1
    assert "used for another call" in refused_with("a key", customer="ada")


def refused_with(once, **arguments):
    return ask("orders_of", once=once, **arguments)[1]["error"]["message"]


def comes_back():
    """a session that ended takes what it kept with it, and nobody notices"""
    runs_kept("orders_of", customer="ada")
    kv.db.psql("-c", "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kvasir_app'")
    for _ in range(3):
        wait("it answers", lambda: ask("orders_of", customer="ada")[1].get("result", {}).get("structuredContent", {}).get("rows"))
    runs_kept("orders_of", customer="ada")


play(keeps, pages, fails, walls, audited, changes, grants, bounded, repeated, comes_back)
