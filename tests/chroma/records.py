"""records: what the differential test writes into records, reads from them and asks for by vector."""
import base64
import struct

from scene import EVERYTHING, get, post, read, scene, write

BIG = 9223372036854775808


def b64(*numbers):
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


V = [[1, 2]]
SHAPES = (
    {"ids": ["a"]}, {"embeddings": V}, {"ids": None, "embeddings": V},
    {"ids": ["a"], "embeddings": None}, {"ids": "a", "embeddings": V},
    {"ids": [1], "embeddings": V},
    {"ids": [None], "embeddings": V}, {"ids": [""], "embeddings": V},
    {"ids": ["a"], "embeddings": [None]}, {"ids": ["a"], "embeddings": [1, 2]},
    {"ids": ["a"], "embeddings": [["1", "2"]]},
    {"ids": ["a"], "embeddings": [[]]}, {"ids": ["a"], "embeddings": []},
    {"ids": [], "embeddings": []}, {"ids": [], "embeddings": V},
    {"ids": ["a", "b"], "embeddings": V},
    {"ids": ["a"], "embeddings": [[1, 2], [3, 4]]}, {"ids": ["a"], "embeddings": [[1, 2, 3]]},
    {"ids": ["a", "b"], "embeddings": [[1, 2], [1]]}, {"ids": ["a"], "embeddings": [[None, 1]]},
    {"ids": ["a"], "embeddings": [[True, 1]]}, {"ids": ["a"], "embeddings": [[[1], 1]]},
    {"ids": ["a"], "embeddings": {}}, {"ids": ["a"], "embeddings": "x"},
    {"ids": ["a"], "embeddings": [[1e39, 1]]}, {"ids": ["a"], "embeddings": [[1e300, 1]]},
    {"ids": ["a"], "embeddings": ["x"]}, {"ids": ["a"], "embeddings": ["!!!!"]},
    {"ids": ["a"], "embeddings": ["AAAA"]}, {"ids": ["a"], "embeddings": [""]},
    {"ids": ["a", "b"], "embeddings": [b64(1, 2), [1, 2]]},
    {"ids": ["a", "b"], "embeddings": [[1, 2], b64(1, 2)]},
    {"ids": ["a"], "embeddings": [b64(1, 2, 3)]},
    {"ids": ["a"], "embeddings": [b64(float("nan"), 2)]},
    {"ids": ["a"], "embeddings": [b64(float("inf"), 2)]},
    {"ids": ["a"], "embeddings": [b64(1, 2)[:-1]]},
    {"ids": ["a"], "embeddings": [b64(1, 2).replace("=", "")]},
    {"ids": ["a"], "embeddings": V, "documents": "x"},
    {"ids": ["a"], "embeddings": V, "documents": [1]},
    {"ids": ["a"], "embeddings": V, "documents": []},
    {"ids": ["a"], "embeddings": V, "documents": ["x", "y"]},
    {"ids": ["a"], "embeddings": V, "metadatas": []},
    {"ids": ["a"], "embeddings": V, "metadatas": {}},
    {"ids": ["a"], "embeddings": V, "metadatas": ["x"]},
    {"ids": ["a"], "embeddings": V, "metadatas": [[]]},
    {"ids": ["a"], "embeddings": V, "metadatas": [{}, {}]},
    {"ids": ["a"], "embeddings": V, "uris": [5]},
    {"ids": ["a"], "embeddings": V, "uris": []}, {"ids": ["a"], "embeddings": V, "uris": "x"},
    {"ids": ["a"], "embeddings": V, "extra": 1}, {})
for kind in "add", "upsert", "update":
    scene(f"{kind} shapes", [post(f"{index} {body}"[:90], f"@c/{kind}", body)
        for index, body in enumerate(SHAPES)],
      read("left"), collections={"c": {}}, records=[("c", {"ids": ["z"], "embeddings": V})])

scene("first dimension",
      write("update on an empty one", "update", {"ids": ["a"], "embeddings": [[1, 2, 3, 4]]}),
      get("unfixed", "@/ccc"), post("query of an empty one", "@c/query",
              {"query_embeddings": [[1, 2]]}),
      post("bad first batch", "@c/add", {"ids": ["a", "b"], "embeddings": [[1], [1, 2]]}),
      get("unfixed still", "@/ccc"), write("none", "add", {"ids": [], "embeddings": []}),
      write("first", "add", {"ids": ["a"], "embeddings": [[1, 2, 3]]}), get("fixed", "@/ccc"),
      post("other", "@c/add", {"ids": ["b"], "embeddings": [[1, 2]]}),
      post("update to other", "@c/update", {"ids": ["a"], "embeddings": [[1, 2]]}),
      post("upsert other", "@c/upsert", {"ids": ["a"], "embeddings": [[1]]}),
      post("query other", "@c/query", {"query_embeddings": [[1, 2]]}),
      post("query one of two other", "@c/query", {"query_embeddings": [[1, 2, 3], [1, 2]]}),
      post("delete all", "@c/delete", {"ids": ["a"]}), get("fixed for ever", "@/ccc"),
      post("other after all", "@c/add", {"ids": ["b"], "embeddings": [[1, 2]]}),
      collections={"c": {"name": "ccc"}})

NUMBERS = (0, -0.0, 1, 1.0, 0.1, 0.3, 1 / 3, 1e-7, 1.5e-10, 1e-40, 1e-45, 1e-60, 3.4e38,
    -3.4028234663852886e38, 16777217, 123456.789, 1e10, 1e16, 1e17, 1e21, 1e22,
        123456789012345678,
           2 ** 63, 2 ** 64, 0.009999999, 5e-324, 3.14159265358979)
scene("embedding numbers",
      [write(f"{index} {number!r}", "add", {"ids": [f"n{index}"], "embeddings": [[number, 1]]})
       for index, number in enumerate(NUMBERS)],
      [write(f"base64 {index} {number!r}", "add",
       {"ids": [f"b{index}"], "embeddings": [b64(number, 1)]})
       for index, number in enumerate(NUMBERS) if abs(number) < 3.4028235e38],
      [write(f"raw {index} {number}", "add",
       f'{{"ids":["r{index}"],"embeddings":[[{number},1]]}}', ids=[f"r{index}"])
       for index,
           number in enumerate(("1e0", "1E+2", "-0", "0.0e5", "00", "01", "1.", ".5", "+1", "1e",
               "0x1", "1e400", "1e-400", "-1e39", "Infinity", "true", "1e38",
               "3.4028235677973366e38"))],
      collections={"c": {}})

scene("add", 
      write("full", "add", {"ids": ["a"], "embeddings": [[1, 2]], "documents": ["doc"],
          "metadatas": [{"k": 1}], "uris": ["u"]}),
      write("known id", "add", {"ids": ["a"], "embeddings": [[9, 9]], "documents": ["new"],
          "metadatas": [{"z": 1}], "uris": ["v"]}),
      write("known and new", "add", {"ids": ["a", "b"], "embeddings": [[9, 9], [3, 4]],
          "documents": ["new", "b"]}),
      write("twice in one", "add", {"ids": ["c", "c"], "embeddings": [[1, 1], [2, 2]],
          "documents": ["first", "second"], "metadatas": [{"a": 1}, {"b": 2}]}),
      write("nulls", "add", {"ids": ["d", "e"], "embeddings": V * 2, "documents": None,
          "metadatas": None, "uris": None}),
      write("null items", "add", {"ids": ["f", "g"], "embeddings": V * 2,
          "documents": [None, "g"], "metadatas": [None, {"k": 1}], "uris": [None, "g"]}),
      write("empty texts", "add", {"ids": ["h"], "embeddings": V, "documents": [""],
          "uris": [""], "metadatas": [{"k": ""}]}),
      write("base64", "add", {"ids": ["i", "j"], "embeddings": [b64(0.1, 0.2), b64(3, 4)]}),
      write("odd ids", "add",
          {"ids": [" ", "ä", "日本", "a\nb", "a\tb", "😀", "'; drop", "%", "$1", "\\", '"',
          "x" * 600, "00000000-0000-0000-0000-000000000001"], "embeddings": V * 13}),
      write("composed and not", "add", {"ids": ["é", "é"], "embeddings": V * 2}),
      write("odd texts", "add", {"ids": ["k"], "embeddings": V,
              "documents": ["\u0001\u001f\u007f\u2028 \\ \" / 😀 \t\r\n"], "uris": ["ü"],
              "metadatas": [{"k": 1}]}),
      post("lone surrogate", "@c/add",
          '{"ids":["n"],"embeddings":[[1,2]],"documents":["\\ud83d"]}'),
      post("escaped pair", "@c/add",
              '{"ids":["o"],"embeddings":[[1,2]],"documents":["\\ud83d\\ude00\\u00e9\\/"]}'),
      read("escaped pair: read", ["o"]),
      post("bulk", "@c/add", {"ids": [f"bulk{n}" for n in range(300)],
          "embeddings": [[n, n / 7] for n in range(300)],
          "metadatas": [{"n": n} for n in range(300)],
          "documents": [f"text {n}" for n in range(300)]}),
      get("count", "@c/count"), post("all", "@c/get",
          {"limit": 40, "offset": 20, "include": EVERYTHING}), collections={"c": {}})

scene("nul characters",
      write("nul in a document", "add", {"ids": ["l"], "embeddings": V, "documents": ["a\0b"]}),
      write("nul in an id", "add", {"ids": ["m\0"], "embeddings": V}),
      write("nul in a uri", "add", {"ids": ["m2"], "embeddings": V, "uris": ["u\0"]}),
      collections={"c": {}})
scene("uris without metadata",
      write("uri alone", "add", {"ids": ["a"], "embeddings": V, "uris": ["u"]}),
      write("document alone", "add", {"ids": ["b"], "embeddings": V, "documents": ["d"]}),
      collections={"c": {}})

START = {"ids": ["a", "b"], "embeddings": [[1, 2], [3, 4]], "documents": ["da", "db"],
    "metadatas": [{"k": 1, "s": "x", "l": [1, 2]}, None], "uris": ["ua", None]}
CHANGES = (
    ("embedding only", {"ids": ["a"], "embeddings": [[5, 6]]}),
    ("document only", {"ids": ["a"], "embeddings": [[5, 6]], "documents": ["new"]}),
    ("no document", {"ids": ["a"], "embeddings": [[5, 6]], "documents": [None]}),
    ("empty document", {"ids": ["a"], "embeddings": [[5, 6]], "documents": [""]}),
    ("uri", {"ids": ["a"], "embeddings": [[5, 6]], "uris": ["new"]}),
    ("no uri", {"ids": ["a"], "embeddings": [[5, 6]], "uris": [None]}),
    ("merge", {"ids": ["a"], "embeddings": [[5, 6]], "metadatas": [{"k": 2, "n": 3.0}]}),
    ("merge into none", {"ids": ["b"], "embeddings": [[5, 6]], "metadatas": [{"k": 2}]}),
    ("null key", {"ids": ["a"], "embeddings": [[5, 6]], "metadatas": [{"k": None}]}),
    ("all keys null", {"ids": ["b"], "embeddings": [[5, 6]], "metadatas": [{"k": None}]}),
    ("unknown key null", {"ids": ["a"], "embeddings": [[5, 6]], "metadatas": [{"zz": None}]}),
    ("empty metadata", {"ids": ["a"], "embeddings": [[5, 6]], "metadatas": [{}]}),
    ("null metadata", {"ids": ["a"], "embeddings": [[5, 6]], "metadatas": [None]}),
    ("other kind", {"ids": ["a"], "embeddings": [[5, 6]], "metadatas": [{"s": 5, "l": "text"}]}),
    ("array to array", {"ids": ["a"], "embeddings": [[5, 6]], "metadatas": [{"l": ["x"]}]}),
    ("array to empty", {"ids": ["a"], "embeddings": [[5, 6]], "metadatas": [{"l": []}]}),
    ("scalar to array", {"ids": ["a"], "embeddings": [[5, 6]], "metadatas": [{"s": [True]}]}),
    ("missing id", {"ids": ["new"], "embeddings": [[7, 8]], "documents": ["dn"],
    "metadatas": [{"k": 1, "gone": None}]}),
    ("twice known", {"ids": ["a", "a"], "embeddings": [[5, 6], [7, 8]],
    "documents": ["one", None], "metadatas": [{"x": 1, "k": None}, {"k": 9, "x": None}]}),
    ("twice new", {"ids": ["n2", "n2"], "embeddings": [[5, 6], [7, 8]],
    "documents": ["one", "two"], "metadatas": [{"x": 1, "y": 1}, {"x": 2}]}),
    ("known and new", {"ids": ["n3", "b", "n4"], "embeddings": [[5, 6], [7, 8], [9, 9]]}),
    ("three of one", {"ids": ["b", "b", "b"], "embeddings": [[1, 1], [2, 2], [3, 3]],
    "metadatas": [{"a": 1}, {"b": 1}, {"c": 1}]}),
    ("base64", {"ids": ["a"], "embeddings": [b64(0.5, 0.25)]}),
    ("without embeddings", {"ids": ["a"], "documents": ["x"], "metadatas": [{"w": 1}]}),
    ("null embeddings", {"ids": ["a"], "embeddings": None, "documents": ["y"]}),
    ("null embedding", {"ids": ["a", "b"], "embeddings": [None, [0, 1]],
    "documents": ["z", None]}), ("no ids", {"ids": [], "embeddings": []}),
    ("bad among good", {"ids": ["a", "b"], "embeddings": [[8, 8], [8]],
    "documents": ["bad", "bad"]}),
    ("bad key among good", {"ids": ["a", "b"], "embeddings": [[8, 8], [8, 8]],
    "metadatas": [{"good": 1}, {"#bad": 1}]}))
for kind in "upsert", "update":
    scene(kind, [[post(label, f"@c/{kind}", body), read(label + ": read")]
        for label, body in CHANGES], collections={"c": {}}, records=[("c", START)])

VALUES = (1, 2.0, 1.5, -1, "text", "", True, False, None, 9223372036854775807, BIG, -BIG,
    -BIG - 1, 2 ** 53 + 1, 1e300, -1e300, 1e-300, 5e-324, 0.1, -0.0, 1e15, 1e16, 1e17, 10 ** 25,
        123456789.123,
          [], ["a"], [""], ["a", "b", "a"], [1, 2], [1.0, 2.0], [1, 2.5], [True, False],
              [1, "a"], [1, True], [None], ["a", None], [[1]], [{}], {}, {"x": 1}, [BIG],
                  [9223372036854775807, 1.5], "nul\0", ["nul\0"],
          "äöü 日本 😀", "x" * 5000, ["ä", "😀"], " ", "\t\n", "null", "1", "true")
scene("metadata values",
      [write(f"{index} {str(value)[:24]!r}", "add",
       {"ids": [f"v{index}"], "embeddings": V, "metadatas": [{"k": value}]})
       for index, value in enumerate(VALUES)],
      [write(f"update {index} {str(value)[:24]!r}", "update",
       {"ids": ["v0"], "metadatas": [{"k": value}]}) for index, value in enumerate(VALUES)],
      [write(f"key {key[:20]!r}", "add", {"ids": [f"k{index}"], "embeddings": V,
       "metadatas": [{key: 1}]})
       for index,
           key in enumerate(("", " ", "#a", "$a", "a#", "a$b", "a.b", "ä", "chroma:x",
               "x" * 1000, "#document", "#id", "nul\0", "\"", "\\", "'", "_", "type", "#type"))],
      write("key twice", "add",
          '{"ids":["kt"],"embeddings":[[1,2]],"metadatas":[{"a":1,"a":"x"}]}', ids=["kt"]),
      write("raw numbers", "add",
          '{"ids":["kn"],"embeddings":[[1,2]],"metadatas":[{"a":1.0,"b":1e0,"c":1E2,"d":100000000000000000000.0,"e":1e15,"f":1e16,"g":0.00001,"h":1e-5,"i":-0,"j":-0.0,"k":1e22}]}', ids=["kn"]),
      write("overflow", "add", '{"ids":["ko"],"embeddings":[[1,2]],"metadatas":[{"a":1e400}]}',
          ids=["ko"]), collections={"c": {}})

ROWS = {"ids": ["d", "b", "a", "c", "e"], "embeddings": [[4, 0], [2, 0], [1, 0], [3, 0], [5, 0]],
    "documents": ["four", "two", None, "three", "five"],
        "metadatas": [{"n": 4, "odd": False}, {"n": 2, "odd": False}, {"n": 1, "odd": True},
        None, {"n": 5, "odd": True}], "uris": ["u4", None, "u1", None, None]}
INCLUDES = ([], ["documents"], ["metadatas"], ["embeddings"], ["uris"], ["distances"],
    ["documents", "embeddings"], ["metadatas", "documents"], EVERYTHING,
        EVERYTHING + ["distances"], ["documents", "documents"],
            ["nosuch"], ["Documents"], None, "documents", [None], [1], {}, ["data"])
READS = (
    {}, {"ids": None}, {"ids": []}, {"ids": ["a"]}, {"ids": ["c", "a", "b"]},
    {"ids": ["a", "a"]}, {"ids": ["nosuch"]}, {"ids": ["a", "nosuch", "d"]}, {"ids": [""]},
    {"ids": [5]}, {"ids": "a"}, {"ids": {}},
    {"limit": 2}, {"limit": 0}, {"limit": 100}, {"limit": None}, {"limit": -1}, {"limit": 1.0},
    {"limit": 1.5}, {"limit": "2"}, {"limit": True}, {"limit": 4294967295},
    {"limit": 4294967296}, {"limit": 99999999999999999999},
    {"offset": 0}, {"offset": 2}, {"offset": 5}, {"offset": 100}, {"offset": None},
    {"offset": -1}, {"offset": "1"}, {"offset": 1.0}, {"offset": 4294967296},
    {"limit": 2, "offset": 1}, {"limit": 2, "offset": 4}, {"limit": 0, "offset": 1},
    {"ids": ["e", "d", "a"], "limit": 2}, {"ids": ["e", "d", "a"], "limit": 2, "offset": 1},
    {"ids": ["a", "b"], "where": {"n": 2}}, {"ids": ["a"], "where": {"n": 2}},
    {"ids": [], "where": {"n": 2}},
    {"where": {"odd": True}, "limit": 1}, {"where": {"odd": True}, "offset": 1},
    {"where_document": {"$contains": "t"}, "limit": 1},
    {"where": {"odd": False}, "where_document": {"$contains": "w"}},
    {"where": None, "where_document": None}, {"where": {}}, {"where_document": {}},
    {"nosuch": 1}, {"ids": ["a"], "nosuch": None})
scene("get",
      [post(f"{index} {body}"[:80], "@c/get", body) for index, body in enumerate(READS)],
       [post(f"include {include}", "@c/get", {"include": include}) for include in INCLUDES],
      post("of an empty one", "@e/get", {"include": EVERYTHING}), get("count", "@c/count"),
      get("count of an empty one", "@e/count"),
      post("through another tenant",
          "/tenants/default_tenant/databases/default_database/collections/$c/get", {}),
      post("through another database", "/tenants/$T/databases/nosuch/collections/$c/get", {}),
      get("count through another tenant",
          "/tenants/default_tenant/databases/default_database/collections/$c/count"),
      post("query through another tenant",
              "/tenants/default_tenant/databases/default_database/collections/$c/query",
              {"query_embeddings": [[1, 1]]}),
      post("add through another tenant",
          "/tenants/default_tenant/databases/default_database/collections/$c/add",
          {"ids": ["foreign"], "embeddings": [[1, 1]]}),
      post("delete through another tenant",
          "/tenants/default_tenant/databases/default_database/collections/$c/delete",
          {"ids": ["a"]}), read("after foreigners"),
      collections={"c": {}, "e": {"name": "eee"}}, records=[("c", ROWS)])

scene("order",
      post("upsert one", "@c/upsert", {"ids": ["b"], "embeddings": [[9, 9]]}),
      read("upsert keeps its place"), post("update one", "@c/update",
              {"ids": ["a"], "documents": ["one"]}), read("update keeps its place"),
      post("delete one", "@c/delete", {"ids": ["b"]}),
      post("add it again", "@c/add", {"ids": ["b"], "embeddings": [[2, 0]]}),
              read("added again stands last"), collections={"c": {}}, records=[("c", ROWS)])

Q = [[1, 0]]
QUERIES = (
    {}, {"query_embeddings": None}, {"query_embeddings": []}, {"query_embeddings": [[]]},
    {"query_embeddings": Q}, {"query_embeddings": [[1, 0], [5, 0]]},
    {"query_embeddings": [1, 0]}, {"query_embeddings": [[1]]}, {"query_embeddings": [[1, 2, 3]]},
    {"query_embeddings": [b64(1, 0)]}, {"query_embeddings": [["1", "0"]]},
    {"query_embeddings": [None]}, {"query_embeddings": "x"}, {"query_embeddings": [[1e300, 0]]},
    {"query_embeddings": [[3e38, 0]]}, {"query_embeddings": [[True, 0]]},
    {"n_results": 2}, {"n_results": 0}, {"n_results": 100}, {"n_results": None},
    {"n_results": -1}, {"n_results": 1.0}, {"n_results": "2"}, {"n_results": 4294967295},
    {"n_results": 4294967296}, {"n_results": True},
    {"ids": None}, {"ids": []}, {"ids": ["e", "c"]}, {"ids": ["e", "e"]}, {"ids": ["nosuch"]},
    {"ids": ["a", "nosuch"]}, {"ids": [5]}, {"ids": "a"}, {"ids": ["a", "b"], "where": {"n": 2}},
    {"where": {"odd": True}}, {"where": {"n": {"$gt": 100}}},
    {"where": {"odd": True}, "n_results": 1}, {"where_document": {"$contains": "o"}},
    {"where": {"odd": False}, "where_document": {"$contains": "w"}},
    {"where": None, "where_document": None}, {"where": {}}, {"where_document": {}}, {"nosuch": 1},
    {"query_embeddings": Q * 3, "where": {"n": 4}}, {"query_embeddings": [[1, 0], [1]]},
    {"query_texts": ["x"]})
scene("query",
      [post(f"{index} {body}"[:80], "@c/query", {"query_embeddings": Q, **body}
       if body and "query_texts" not in body else body) for index, body in enumerate(QUERIES)],
      [post(f"include {include}", "@c/query", {"query_embeddings": Q, "include": include})
       for include in INCLUDES],
      post("of an empty one", "@e/query", {"query_embeddings": Q}),
      post("two of an empty one", "@e/query",
              {"query_embeddings": Q * 2, "include": EVERYTHING}),
              post("ids of an empty one", "@e/query", {"query_embeddings": Q, "ids": ["a"]}),
      post("filter on an empty one", "@e/query", {"query_embeddings": Q, "where": {"a": 1}}),
          collections={"c": {}, "e": {"name": "eee"}}, records=[("c", ROWS)])

POINTS = {"ids": ["a", "b", "c", "d", "e", "z"],
    "embeddings": [[1, 0, 0], [0.1, 0.2, 0.3], [-1, 2, -3], [100, 200, 301], [1e-3, 1e-3, 2e-3],
    [0, 0, 0]]}
for space in "l2", "cosine", "ip":
    scene(f"distances {space}",
          [post(f"{query}", "@c/query", {"query_embeddings": [query],
           "include": ["distances"]})
           for query in ([1, 0, 0], [0.1, 0.2, 0.31], [-5, 0.3, 2], [0, 0, 1], [1e-5, 1e3, 7],
               [1e18, 1, 1])],
      post("two", "@c/query", {"query_embeddings": [[1, 0, 0.5], [0, 1, 0.25]],
              "n_results": 3}), post("zero", "@c/query",
              {"query_embeddings": [[0, 0, 0]], "include": ["distances"]}, sort="distances"),
          read("embeddings"),
          collections={"c": {"configuration": {"hnsw": {"space": space}}}},
          records=[("c", POINTS)])

DELETES = (
    {}, {"ids": None, "where": None, "where_document": None}, {"ids": []},
    {"ids": [], "where": {"n": 1}}, {"where": {}}, {"where_document": {}}, {"limit": 1},
    {"ids": ["a"], "limit": 1}, {"ids": [5]}, {"ids": "a"}, {"ids": [""]},
    {"ids": ["nosuch"]}, {"ids": ["a"]}, {"ids": ["a"]}, {"ids": ["b", "b", "nosuch"]},
    {"where": {"n": {"$gt": 100}}}, {"ids": ["c", "d"], "where": {"n": 3}}, {"where": {"n": 4}},
    {"where": {"even": True}, "limit": 1},
    {"where": {"even": True}, "limit": 0}, {"where": {"even": True}, "limit": -1},
    {"where": {"even": True}, "limit": None}, {"where_document": {"$contains": "t7"}},
    {"where_document": {"$contains": "t"}, "limit": 1},
    {"where": {"n": {"$gte": 10}}, "where_document": {"$contains": "t1"}, "limit": 2},
    {"where": "x"}, {"nosuch": 1}, {"ids": ["m", "n"], "where_document": {"$contains": "t13"}},
    {"where": {"n": {"$gte": 0}}}, {"where": {"n": {"$gte": 0}}})
scene("delete",
    [[post(f"{index} {body}"[:80], "@c/delete", body),
     post(f"{index}: left", "@c/get", {"include": []})] for index, body in enumerate(DELETES)],
         collections={"c": {}},
      records=[("c", {"ids": list("abcdefghijklmnop"), "embeddings": [[n, 1] for n in range(16)],
          "documents": [f"t{n + 1}" for n in range(16)],
          "metadatas": [{"n": n + 1, "even": n % 2 == 1} for n in range(16)]})])

# Last of all: one that ends the real server's worker, after which it writes nothing any more.
scene("reserved key",
      write("text", "add", {"ids": ["a"], "embeddings": V, "documents": ["mine"],
          "metadatas": [{"chroma:document": "theirs"}]}),
      write("text by update", "update", {"ids": ["a"],
          "metadatas": [{"chroma:document": "theirs"}]}),
      write("text without a document", "add",
              {"ids": ["b"], "embeddings": V, "metadatas": [{"chroma:document": "theirs"}]}),
      write("number", "add", {"ids": ["c"], "embeddings": V,
          "metadatas": [{"chroma:document": 1}]}), collections={"c": {}})
