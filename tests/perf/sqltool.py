#!/usr/bin/env python3
"""sqltool: functions of the database as tools, against the same statements by direct libpq; goal: 0.7.

A private Postgres, pool and nginx; 200,000 orders of a thousand customers.  orders_of reads one
customer's newest orders by an index, best_months adds up a few thousand rows: what a tool that
answers a question does.  The goal is for the second; the first shows what a call costs by itself, and is
compared with a tool that asks nothing of Postgres too.
Usage: ./dev bench sqltool [ROUNDS [SECONDS [CONNECTIONS]]]
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "it"))
from stack import Stack  # pylint: disable=wrong-import-position

SETUP = """
create schema bench;
grant usage on schema bench to kvasir_tool;
create table bench.orders (
    tenant_id uuid not null, customer int not null, number int not null, placed date not null, amount numeric not null,
    primary key (tenant_id, customer, number));
alter table bench.orders enable row level security;
alter table bench.orders force row level security;
create policy own on bench.orders using (tenant_id = (select kvasir.tenant()));
grant select on bench.orders to kvasir_tool;
insert into bench.orders
select t.id, n % 1000, n, date '2020-01-01' + n % 2000, (n % 997) / 10.0
  from generate_series(1, 200000) n, kvasir.tenant t where t.name = 'default_tenant';
create function bench.orders_of(customer int) returns table (number int, placed date, amount numeric)
language sql stable as $$
    select o.number, o.placed, o.amount from bench.orders o where o.customer = orders_of.customer
     order by o.number desc limit 10 $$;
create function bench.best_months(customer int) returns table (month text, orders bigint, turnover numeric)
language sql stable as $$
    select to_char(o.placed, 'YYYY-MM'), count(*), sum(o.amount) from bench.orders o
     where o.customer between best_months.customer and best_months.customer + 19
     group by 1 order by 3 desc, 1 limit 10 $$;
analyze bench.orders;
"""


def main():
    kv = Stack(redis=False, engine=False, mode="development", auth="open", tool_schema="bench", tcp=True,
               fixtures="on", log_level="warn", tool_rate=0)
    kv.db.psql("-c", SETUP)
    tenant = kv.db.ask("select id from kvasir.tenant where name = 'default_tenant'")[0][0]
    done = subprocess.run([os.environ["SQLTOOL_LOAD"], "127.0.0.1", str(kv.port), kv.db.conninfo("kvasir_app"), tenant,
                           *sys.argv[1:]], stdout=subprocess.PIPE, text=True, check=True)
    print(done.stdout, end="")
    sys.exit(float(done.stdout.splitlines()[-1].rsplit(" ", 1)[1]) < 0.7)


if __name__ == "__main__":
    main()
