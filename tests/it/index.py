#!/usr/bin/env -S python3 -B
"""index: a collection that has grown gets its index, whoever works or dies meanwhile."""
import signal
import time

from stage import Engine, Stage, play, wait, whole

VECTORS, DIMENSIONS = 12000, 32
stage = Stage(redis=False)
db = stage.postgres


def engine(*sets):
    return Engine(stage, "redis=", "index_workers=0", *sets)


def fill(name, vectors=VECTORS, dimensions=DIMENSIONS, space="cosine"):
    """A collection of pseudo-random vectors; returns its number."""
    db.script(f"""
        begin;
        select kvasir.enter_open('default_tenant', 'r', null, 0);
        select id as collection from kvasir.collection_create(
            'default_database', '{name}', null, '{space}', null, 'simple', null, false) \\gset
        select kvasir.collection_dimension_set(:'collection', {dimensions});
        select 'record_' || number as record from kvasir.collection
         where id = :'collection' \\gset
        insert into kvasir_data.:record (id, embedding)
        select n, (select array_agg(sin(n * 12.9898 + d * 78.233))
                     from generate_series(1, {dimensions}) d)::vector
          from generate_series(1, {vectors}) n;
        commit;""").wait(120)
    return int(db.ask(f"select number from kvasir.collection where name = '{name}'")[0][0])


# The owner's policies hide collections from everybody without a tenant; the engine sees all.
def state(number):
    return db.ask("select index_state, coalesce(index_note, '') from kvasir.collection"
                  f" where number = {number}", user="kvasir_engine")[0]


def valid(number):
    found = db.ask("select i.indisvalid from pg_index i where i.indexrelid ="
                   f" to_regclass('kvasir_data.record_{number}_hnsw')")
    return found[0][0] if found else "none"


def building(number):
    return db.ask("select pid from pg_stat_progress_create_index where relid ="
                  f" 'kvasir_data.record_{number}'::regclass and phase like 'building index%'")


def grows():
    """12,000 vectors become an index that searches use"""
    number = fill("grown")
    small = fill("small", 100)
    worker = engine()
    wait("the index is ready", lambda: state(number)[0] == "ready")
    assert valid(number) == "t" and f"{VECTORS} vectors" in state(number)[1], state(number)
    assert state(small)[0] == "none" and valid(small) == "none"
    plan = db.psql("-c", f"explain select id from kvasir_data.record_{number} order by"
                         f" embedding::halfvec({DIMENSIONS}) <=> array_fill(0.5, array[{DIMENSIONS}])"
                         f"::halfvec({DIMENSIONS}) limit 5")
    assert f"record_{number}_hnsw" in plan, plan
    wait("the engine says so", lambda: worker.said("index.built"))
    worker.stop()


def nobody_waits():
    """records are written and read while their index is built"""
    number = fill("busy", VECTORS, space="l2")
    worker = engine()
    wait("the build runs", lambda: building(number))
    written = 0
    while building(number):
        db.script(f"""set statement_timeout = 2000; begin;
            select kvasir.enter_open('default_tenant', 'r', null, 2000);
            insert into kvasir_data.record_{number} (id, embedding)
            values ('new{written}', array_fill(0.1, array[{DIMENSIONS}])::vector);
            delete from kvasir_data.record_{number} where id = '{written + 1}';
            commit;""").wait(30)
        written += 1
    wait("the index is ready", lambda: state(number)[0] == "ready")
    found = db.ask(f"select count(*) from kvasir_data.record_{number} where id like 'new%'")
    assert written > 0 and found == [[str(written)]], (written, found)
    worker.stop()


@whole
def half_built():
    """an index that a crash left half built is built again"""
    number = fill("crashed", VECTORS, space="ip")
    worker = engine()
    pid = wait("the build runs", lambda: building(number))[0][0]
    worker.stop(signal.SIGKILL)
    db.ask(f"select pg_terminate_backend({pid})")
    wait("the builder is gone", lambda: not building(number))
    assert valid(number) == "f" and state(number)[0] == "building", (valid(number), state(number))
    worker = engine()
    wait("the index is ready", lambda: state(number)[0] == "ready")
    assert valid(number) == "t"
    worker.stop()


def told_to_stop():
    """SIGTERM cancels a build, and the next engine does it over"""
    number = fill("stopped", VECTORS)
    worker = engine()
    wait("the build runs", lambda: building(number))
    status, seconds = worker.stop()
    assert status == 0 and seconds < 5, (status, seconds)
    wait("the builder is gone", lambda: not building(number))
    worker = engine()
    wait("the index is ready", lambda: state(number)[0] == "ready")
    worker.stop()


def grown(number, young, seconds):
    """What is due when so many of 300,000 counted vectors are so many seconds old."""
    db.ask(f"""delete from kvasir.tally y using kvasir.collection c
               where c.number = {number} and y.collection_id = c.id""")
    db.ask(f"""insert into kvasir.tally (tenant_id, collection_id, records, vectors, worded, words, changed_at)
              select c.tenant_id, c.id, n, n, 0, 0, now() - make_interval(secs => s)
                from kvasir.collection c
               cross join (values ({300000 - young}, 3600), ({young}, {seconds})) t (n, s)
               where c.number = {number}""")
    return db.ask(f"select action from kvasir.index_due(10000) where number = {number}", user="kvasir_engine")


def still_filled():
    """a build waits while a tenth of the vectors is younger than the build would take"""
    number = fill("filling", 10)
    assert grown(number, 31000, 8) == []  # 12 seconds for 300,000
    assert grown(number, 31000, 14) == [["build"]]
    assert grown(number, 29000, 1) == [["build"]]
    db.ask(f"delete from kvasir.tally y using kvasir.collection c where c.number = {number}"
           " and y.collection_id = c.id")


def shape(number):
    return db.ask(f"select reloptions from pg_class where oid = 'kvasir_data.record_{number}_hnsw'::regclass")[0][0]


@whole
def reshaped():
    """an index of another shape is built beside the one that is used, also after a crash in between"""
    number = fill("reshaped")
    worker = engine()
    wait("the index is ready", lambda: state(number)[0] == "ready")
    assert shape(number) == "{m=16,ef_construction=64}", shape(number)
    db.ask("update kvasir.collection set configuration = '{\"hnsw\": {\"max_neighbors\": 40, \"ef_search\": 33}}'"
           f" where number = {number}")
    pid = wait("it is being built anew", lambda: building(number))[0][0]
    assert state(number)[0] == "ready" and valid(number) == "t", "searches go on by the old one"
    worker.stop(signal.SIGKILL)
    db.ask(f"select pg_terminate_backend({pid})")
    wait("the builder is gone", lambda: not building(number))
    assert state(number)[0] == "ready" and valid(number) == "t", state(number)
    worker = engine()
    wait("the new shape is there", lambda: shape(number) == "{m=40,ef_construction=80}")
    wait("nothing is left over", lambda: db.ask(
        f"select count(*) from pg_class where relname like 'record_{number}_hnsw_%'")[0][0] == "0")
    assert valid(number) == "t" and state(number)[0] == "ready"
    for vectors, fits in ((150000, "t"), (199999, "t"), (200000, "t"), (266666, "t"), (266668, "f"), (10000, "t")):
        assert db.ask("select kvasir.index_shape_fits('{m=16,ef_construction=64}', '{}',"
                      f" {vectors})")[0][0] == fits, vectors
    for vectors, fits in ((266668, "t"), (200000, "t"), (199999, "f")):
        assert db.ask("select kvasir.index_shape_fits('{m=24,ef_construction=128}', '{}',"
                      f" {vectors})")[0][0] == fits, vectors
    efforts = db.ask("select kvasir.index_effort(configuration, number), kvasir.index_effort('{}', number)"
                     f" from kvasir.collection where number = {number}")
    assert efforts == [["33", "100"]], efforts
    worker.stop()


def lost_index():
    """the state follows the truth when an index is dropped by hand"""
    number = fill("dropped", 50)
    db.ask(f"update kvasir.collection set index_state = 'ready' where number = {number}",
           user="kvasir_engine")
    worker = engine()
    wait("the state is true", lambda: state(number)[0] == "none")
    worker.stop()


@whole
def deleted():
    """a build gives way to the deletion of its collection"""
    number = fill("deleted", VECTORS)
    after = fill("after")
    worker = engine()
    wait("the build runs", lambda: building(number))
    began = time.monotonic()
    db.script("begin; select kvasir.enter_open('default_tenant', 'r', null, 0);"
              "select kvasir.collection_drop('default_database', 'deleted'); commit;").wait(60)
    print(f"deleted after {time.monotonic() - began:.1f} s")
    wait("the engine says so", lambda: worker.said("index.gave_way"))
    assert db.ask(f"select to_regclass('kvasir_data.record_{number}') is null") == [["t"]]
    wait("the next index is ready", lambda: state(after)[0] == "ready")
    assert not worker.said("job.failed"), worker.said("job.failed")
    worker.stop()


def too_many_dimensions():
    """beyond 4000 dimensions searches stay exact, and the collection says so"""
    number = fill("wide", 20, 4001)
    worker = engine("index_threshold=20")
    wait("it says so", lambda: state(number)[1].startswith("exact"))
    assert state(number)[0] == "none" and valid(number) == "none"
    worker.stop()


play(grows, nobody_waits, half_built, told_to_stop, still_filled, reshaped, lost_index, deleted, too_many_dimensions)
