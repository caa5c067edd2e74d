"""ending: the call after which nothing is left, so it stands last."""
from scene import get, post, scene

scene("reset",
      post("first", "/reset"), get("no collections", "/tenants/$T/databases/$D/collections_count"),
      get("no tenant", "/tenants/$T"), get("default tenant", "/tenants/default_tenant"),
      get("default database", "/tenants/default_tenant/databases/default_database"),
      get("collections", "/tenants/default_tenant/databases/default_database/collections"),
      post("with a body", "/reset", {}), post("made anew", "@", {"name": "abc"}, sort="status"))
