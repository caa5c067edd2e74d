#!/usr/bin/env python3
"""ready: /readyz tells the truth about a real Postgres and Redis as they come and go."""
import json
import os
import subprocess

import front
import stage


def main():
    place = front.Front()
    os.chmod(place.home, 0o755)
    home = place.home + "/servers"
    os.mkdir(home)
    theatre = stage.Postgres(home)
    redis = stage.Redis(place.home)
    theatre.psql("-c", "create database fresh")
    place.pool(threads=1, database=f"host={home} user=kvasir_app dbname=fresh",
               redis=f"unix:{redis.path}")
    sock = front.connect(place.fcgi)

    def ready():
        sock.sendall(front.request(uri="/readyz"))
        head, body = front.answer(sock).split(b"\r\n\r\n", 1)
        return int(head.split()[1]), json.loads(body)

    def becomes(status, word, postgres, memory):
        def true():
            got, said = ready()
            checks = said["checks"]
            return (got, said["status"], checks["postgres"]["status"],
                    checks["redis"]["status"]) == (status, word, postgres, memory) and said
        said = front.wait(f"{status} {word}", true)
        assert said["degraded"] == (word != "pass"), said
        print("ok:", status, json.dumps(said), flush=True)
        return said["checks"]

    said = becomes(503, "fail", "fail", "pass")
    assert "run `kvasir migrate`" in said["postgres"]["reason"]
    subprocess.run(["./kvasir", "migrate"], check=True, stdout=subprocess.DEVNULL,
                   env={**front.CLEAN, "KVASIR_CONF": "/dev/null",
                        "KVASIR_DATABASE_ADMIN": f"host={home} user=owner dbname=fresh"})
    assert becomes(200, "warn", "pass", "pass")["engine"]["reason"]
    place.spawn(os.path.abspath("kvasir-engine"), "--set", f"run_dir={place.home}", "--set",
                f"database_engine=host={home} user=kvasir_engine dbname=fresh", "--set",
                f"redis=unix:{redis.path}", "--set", f"log_file={place.home}/engine.log",
                env={**front.CLEAN, "KVASIR_CONF": "/dev/null"})
    said = becomes(200, "pass", "pass", "pass")
    assert said["postgres"]["migration"] >= 1 and said["postgres"]["ms"] > 0
    redis.stop()
    assert becomes(200, "warn", "pass", "warn")["redis"]["reason"]
    redis.start()
    becomes(200, "pass", "pass", "pass")
    theatre.stop()
    becomes(503, "fail", "fail", "pass")
    theatre.start()
    becomes(200, "pass", "pass", "pass")
    sock.close()
    place.end()
    stage.end_all()


main()
