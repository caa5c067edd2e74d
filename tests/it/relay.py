#!/usr/bin/env -S python3 -B
"""relay: every event reaches the stream, in order per tenant, whatever dies meanwhile."""
import json
import random
import signal

from stage import Engine, Stage, play, wait

TENANTS = [f"tenant{n}" for n in range(4)]
stage = Stage()
db, redis = stage.postgres, stage.redis
for name in TENANTS:
    db.ask(f"insert into kvasir.tenant (name) values ('{name}')")


def transaction(number):
    """A writer's transaction: one to three events, now and then slow, now and then undone."""
    events = "".join(
        f"select kvasir.emit('test.happened', 'subject {number}', '{{\"n\": {number}}}');\n"
        for _ in range(random.randint(1, 3)))
    pause = f"select pg_sleep({random.random() * 0.03:.4f});\n"
    end = "rollback" if random.random() < 0.1 else "commit"
    return (f"begin;\nselect kvasir.enter_open('{random.choice(TENANTS)}', 'req{number}', null, 0);\n"
            f"{events}{pause if random.random() < 0.5 else ''}{end};\n")


def writers(count=6, transactions=40):
    return [db.script("".join(transaction(n * 1000 + t) for t in range(transactions)))
            for n in range(count)]


def done(processes):
    for process in processes:
        assert process.wait(120) == 0


def written():
    """Ids of all events by tenant, in the order of their transactions."""
    order = {name: [] for name in TENANTS}
    for name, event in db.ask("select t.name, o.event_id from kvasir.outbox o join kvasir.tenant t"
                              " on t.id = o.tenant_id order by o.xid, o.id"):
        order[name].append(event)
    return order


def arrived():
    """The same from the stream: first arrivals in order, and the number of repeats."""
    order, seen, repeats = {name: [] for name in TENANTS}, set(), 0
    for entry in redis.entries():
        document = json.loads(entry["event"])
        assert document["id"] == entry["id"] and document["tenant"] == entry["tenant"]
        assert document["specversion"] == "1.0" and document["type"] == "test.happened"
        if entry["id"] in seen:
            repeats += 1
            continue
        seen.add(entry["id"])
        order[entry["tenant"]].append(entry["id"])
    return order, repeats


def all_marked():
    return db.ask("select count(*) from kvasir.outbox where published_at is null") == [["0"]]


def check(repeats_allowed=False):
    wait("all events are marked", all_marked)
    order, repeats = arrived()
    assert order == written(), "the stream differs from the outbox"
    assert repeats_allowed or repeats == 0, f"{repeats} events came twice"
    return repeats


first = Engine(stage)
wait("the first engine leads", lambda: first.said("relay.leads"))
second = Engine(stage)


def concurrent_writers():
    """events of concurrent transactions arrive once, in order, through one of two engines"""
    done(writers())
    check()
    assert not second.said("relay.leads")


def slow_writer():
    """an event waits for older transactions that are still open"""
    slow = db.script(f"begin; select kvasir.enter_open('{TENANTS[0]}', 'r', null, 0);"
                     "select kvasir.emit('test.happened', 'slow', '{}');"
                     "select set_config('application_name', 'slow', false); select pg_sleep(1.5);"
                     "commit;")
    wait("the slow one has written", lambda: db.ask(
        "select 1 from pg_stat_activity where application_name = 'slow'"
        " and backend_xid is not null"))
    done(writers(2, 5))
    assert not all_marked(), "a younger event did not wait"
    done([slow])
    check()


def redis_stops():
    """with Redis stopped and started again nothing is lost or doubled"""
    busy = writers()
    redis.stop()
    done(busy)
    wait("the engine has noticed", lambda: first.said("relay.redis_away"))
    assert len(first.said("relay.redis_away")) == 1
    redis.start()
    check()
    assert first.said("relay.redis_back") or second.said("relay.leads")


def redis_forgets():
    """a Redis that comes back empty gets all events again"""
    redis.stop(signal.SIGKILL, forget=True)
    redis.start()
    done(writers(1, 2))
    wait("events are in the stream again", lambda: sum(map(len, arrived()[0].values())) ==
         sum(map(len, written().values())))
    check()


def redis_forgets_the_end():
    """a Redis that lost the end of the stream gets just that again"""
    last = redis.say("XREVRANGE", "kvasir:events", "+", "-", "COUNT", "7")
    redis.say("XDEL", "kvasir:events", *[entry[0] for entry in last])
    redis.stop()
    redis.start()
    wait("the end is there again", lambda: sum(map(len, arrived()[0].values())) ==
         sum(map(len, written().values())))
    check()


def redis_refuses():
    """events that Redis refuses wait, and come in order when it has room again"""
    redis.say("CONFIG", "SET", "maxmemory", "1")
    done(writers(2, 10))
    leader = second if second.said("relay.leads") else first
    wait("the refusal is in the log", lambda: [
        line for line in first.said("relay.redis_away") + second.said("relay.redis_away")
        if "OOM" in line["message"]])
    assert leader.process.poll() is None
    redis.say("CONFIG", "SET", "maxmemory", "0")
    check()


def engine_dies():
    """when the engine is killed the other takes over; repeats carry the same id"""
    global second
    leader, other = (first, second) if first.process.poll() is None else (second, first)
    busy = writers()
    leader.stop(signal.SIGKILL)
    done(busy)
    check(repeats_allowed=True)
    assert other.said("relay.leads")


def postgres_restarts():
    """after a restart of Postgres the engine goes on by itself"""
    db.stop()
    wait("the engine has noticed", lambda: second.said("job.failed"))
    db.start()
    done(writers(2, 10))
    check(repeats_allowed=True)
    wait("it says so", lambda: second.said("job.recovered"))


def ends_in_order():
    """SIGTERM ends the engine at once and takes its heartbeat with it"""
    beats = "select pid from kvasir.heartbeat where seen_at > now() - interval '20 s'"
    wait("it beats", lambda: [str(second.process.pid)] in db.ask(beats))
    status, seconds = second.stop()
    assert status == 0 and seconds < 3, (status, seconds)
    assert [str(second.process.pid)] not in db.ask(beats)


def retention():
    """events that were relayed long ago are deleted, those that wait are kept"""
    db.ask("update kvasir.outbox set published_at = now() - interval '1 hour'")
    db.ask("update kvasir.outbox set published_at = null where id = (select max(id) from kvasir.outbox)")
    redis.stop()
    keeper = Engine(stage, "event_retention=60")
    wait("old events are gone",
         lambda: db.ask("select count(*) from kvasir.outbox") == [["1"]])
    keeper.stop()


play(concurrent_writers, slow_writer, redis_stops, redis_forgets, redis_forgets_the_end,
     redis_refuses, engine_dies, postgres_restarts, ends_in_order, retention)
