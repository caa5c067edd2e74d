"""filters: every operator of `where` and `where_document` with every kind of value."""
from scene import post, scene

BIG = 9223372036854775808
ROWS = ({"i": 1}, {"i": 2}, {"i": -3}, {"i": 9223372036854775807}, {"i": 9007199254740993},
    {"f": 1.0}, {"f": 2.0}, {"f": 1.5}, {"f": 1e300}, {"f": 9007199254740992.0}, {"s": "a"},
    {"s": "b"}, {"s": "1"}, {"s": "true"}, {"s": ""}, {"s": "A"},
        {"s": "ä"}, {"b": True}, {"b": False}, {"ai": [1, 2]}, {"ai": [2, 3]},
        {"af": [1.0, 2.5]}, {"as": ["a", "b"]}, {"as": ["true", "1"]}, {"ab": [True]},
        {"ab": [False, True]}, {"m": 1}, {"m": 2.0}, {"m": "1"}, {"m": True},
        {"m": [1]}, {"m": ["1"]}, {"i": 1, "s": "a", "f": 1.0, "b": True},
        {"i": 2, "s": "b", "f": 2.0, "b": False}, None,
        {"a.b": 1, "x y": "z", "ä": 1, "'": 2, '"': 3}, {"f": -0.0}, {"i": 0})
RECORDS = {"ids": [f"r{number:02}" for number in range(len(ROWS))],
    "embeddings": [[number, 1] for number in range(len(ROWS))], "metadatas": list(ROWS)}
OPERANDS = (1, 2, 1.0, 1.5, 2.0, "a", "1", "", True, False, None, [], [1], [1, 2], [1.0, 2.5],
    ["a", "1"], [True], [True, False], [1, "a"], [1, 2.0], [1, True], [None], [[1]], {},
        {"$eq": 1}, BIG, BIG - 1, 9007199254740993, 1e300, -0.0)
SCALARS = ("$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$contains",
    "$not_contains")
KEYS = ("i", "f", "s", "b", "ai", "af", "as", "ab", "m", "nosuch")
PLAIN = (1, 1.0, "a", True, [1], ["a"], [1, 2], ["a", "1"])


def where(label, clause, of="@c"):
    return post(label, of + "/get", {"where": clause, "include": []})


scene("where operators", [where(f"m {operator} {operand!r}", {"m": {operator: operand}})
    for operator in SCALARS for operand in OPERANDS],
      collections={"c": {}}, records=[("c", RECORDS)])
scene("where types", [where(f"{key} {operator} {operand!r}", {key: {operator: operand}})
    for key in KEYS if key != "m" for operator in SCALARS for operand in PLAIN
                      if isinstance(operand, list) == (operator in ("$in", "$nin"))],
                          [where(f"{key} = {operand!r}", {key: operand}) for key in KEYS
                           for operand in PLAIN],
      collections={"c": {}}, records=[("c", RECORDS)])

CLAUSES = (
    {}, [], "x", 5, None, True, {"i": 1, "s": "a"}, {"i": {}}, {"i": {"$gt": 0, "$lt": 2}},
    {"i": {"$nosuch": 1}}, {"i": {"gt": 1}}, {"$nosuch": []}, {"$gt": 1}, {"": 1},
    {"#id": "r01"}, {"#id": {"$in": ["r01", "r02"]}}, {"#id": {"$eq": "r01"}},
    {"$and": []}, {"$or": []}, {"$and": [{"i": 1}]}, {"$or": [{"i": 1}]},
    {"$and": [{"i": 1}, {"s": "a"}]}, {"$or": [{"i": 1}, {"s": "a"}]},
    {"$and": [{"i": {"$gt": 0}}, {"i": {"$lt": 2}}]},
    {"$or": [{"$and": [{"i": 1}, {"s": "a"}]}, {"f": 2.0}]},
    {"$and": [{"$or": [{"i": 1}, {"i": 2}]}, {"b": {"$ne": True}}, {"$and": []}]},
    {"$and": [{"$or": []}, {"i": 1}]}, {"$and": {}}, {"$and": None}, {"$and": [5]},
    {"$and": [{}]}, {"$and": [{"i": 1, "s": "a"}]}, {"$and": [{"i": 1}], "$or": [{"i": 1}]},
    {"$and": [{"i": 1}], "s": "a"}, {"$not": {"i": 1}}, {"$not": [{"i": 1}]}, {"a.b": 1},
    {"x y": "z"}, {"ä": 1}, {"'": 2}, {'"': {"$gte": 3}}, {"chroma:document": "x"}, {"nul\0": 1},
    {"s": "nul\0"}, {"s": {"$in": ["nul\0", "a"]}},
    {"s": "'; drop table x; --"}, {"s": {"$gt": "a"}},
    {"i": {"$in": [1, 2, 9223372036854775807]}}, {"i": {"$in": [BIG]}},
    {"i": {"$nin": list(range(-1000, 1000))}}, {"s": {"$regex": "a"}}, {"s": {"$like": "a"}},
    {"$and": [{"i": {"$nosuch": 1}}]},
    {"#document": "text"}, {"#document": {"$contains": "x"}}, {"#document": {"$eq": "x"}},
    {"#document": {"$in": ["x"]}}, {"#embedding": 1}, {"#nosuch": 1})
deep, wide = {"i": 1}, {"$or": [{"i": number} for number in range(500)]}
for _ in range(30):
    deep = {"$and": [deep]}
scene("where clauses", [where(f"{index} {clause}"[:80], clause)
    for index, clause in enumerate(CLAUSES)], where("deep", deep), where("wide", wide),
      where("duplicate key", {"s": "a"}), post("raw key twice", "@c/get",
          '{"where":{"i":1,"i":2},"include":[]}'),
          post("raw operator twice", "@c/get", '{"where":{"i":{"$gt":1,"$gt":0}},"include":[]}'),
      [post(f"query {index} {clause}"[:80], "@c/query",
       {"query_embeddings": [[0, 0]], "where": clause, "include": []})
       for index, clause in enumerate(CLAUSES[:30])],
      [post(f"delete {index} {clause}"[:80], "@c/delete", {"where": clause})
       for index, clause in enumerate(CLAUSES) if index in (0, 1, 2, 3, 6, 7, 9, 11)],
           collections={"c": {}}, records=[("c", RECORDS)])

TEXTS = ("the quick brown fox", "The Lazy Dog", "100% sure_thing",
    "back\\slash and 'quote' and \"double\"", "", None, "line one\nline two",
    "äöü straße İstanbul", "日本語のテキスト", "a", "aaaa", "tab\there", "😀 smile", "x.y*z", "CAPS lock",
    "12345", "a-b_c", "[brackets] (paren) {brace}",
         "end.", "  spaces  ", "\r\ncrlf\r\n")
DOCUMENTS = {"ids": [f"t{number:02}" for number in range(len(TEXTS))],
    "embeddings": [[number, 1] for number in range(len(TEXTS))], "documents": list(TEXTS),
    "metadatas": [{"n": number} for number in range(len(TEXTS))]}
NEEDLES = ("quick", "Quick", "", " ", "%", "_", "\\", "'", '"', "a", "aa", "ä", "ß", "日本", "😀",
    ".", "*", "x.y", "\n", "\t", "$", "^", "the quick brown fox", "nosuch", "line one\nline",
    "e\u0301", "nul\0", "i̇", "12", "(", "\r", "fo", "x")
PATTERNS = ("quick", "^the", "fox$", "^$", "", ".", "^.$", "a+", "^a+$", "a{4}", "a{2,3}",
    "^a{2,3}$", "[aeiou]{2}", "[^a-z]", "\\d+", "^\\d+$", "\\w+", "\\W", "\\s", "\\S+",
    "\\bdog\\b", "(?i)dog", "(?i)THE", "(?i:the) quick", "q(?i)UICK", "(?s)one.line", "one.line",
    "(?m)^line two$", "^line two$",
            "(?-i)The", "the|The", "(quick|lazy)", "(?:quick)", "(?P<name>quick)",
            "(?<name>quick)", "\\.", "x\\.y\\*z", "\\\\", "'", "\"", "%", "_", "ä", "\\p{L}+",
            "\\p{Lu}", "\\p{Greek}", "\\P{L}", "\\pL", "\\p{Han}", "[\\p{L}&&[^a-z]]",
            "[[:alpha:]]+", "[[:digit:]]", "[[:nosuch:]]", "日本",
            "\\x41", "\\x{1F600}", "\\u0041", "\\u{1F600}", "\\t", "\\n", "\\r\\n", "\\A", "\\z",
            "\\Z", "\\b", "\\B", "(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", "(a)\\1", "\\1", "(",
            ")", "[", "]", "{", "}", "a{", "a{1", "a{,3}", "a**", "*", "+a", "?", "a??", "a*?",
            "a+?$", "(?x) q u i c k # words", "(?u)ä", "(?U)a+",
            "[z-a]", "[]a]", "[^]a]", "[a\\]]", "[\\d]", "[a-]", "[-a]", "[a--b]", "\\", "\\q",
            "\\_", "\\-", "\\/", "\\e", "\\a", "\\f", "\\v", "\\h", "\\R", "\\K", "\\G",
            "\\Q.\\E", "(?#comment)a", "(?>a)", "a++", "(?i", "(?z)a", "(?P=name)", "(?R)",
            "\\p{nosuch}", "x{1001}", "a{1000}", "(a+)+$", "(?i)straße", "(?i)STRASSE", "(?i)i̇",
            "\\s{2}$", "^\\s{2}", "\\$", "end\\.$", "(^|x)the", "the($|x)", "a|", "|a", "()",
            "[[:^alpha:]]", "[[:word:]]", "\\p{Alphabetic}", "\\p{Emoji}", "😀", "[😀]", "\\d{5}",
            "(?s).*", "(?sm)^.*$", "^[^\\n]*$", "\\b\\w{5}\\b", "(?-u)\\w", "(?-u:\\xff)",
            "(?i)ÄÖÜ", "(?i)[ä-ü]", "\\<the\\>", "\\b{start}the", "nul\0", "\\0", "\\00", "\\x4",
            "\\cA", "[\\b]", "[.]", "[[.a.]]", "[[=a=]]", "\\y", "\\m", "\\M")


def document(label, clause):
    return post(label, "@c/get", {"where_document": clause, "include": []})


OTHERS = ({}, [], "x", 5, {"$contains": 5}, {"$contains": None}, {"$contains": ["quick"]},
    {"$contains": {}}, {"$contains": "a", "$not_contains": "b"}, {"$eq": "x"}, {"$nosuch": "x"},
    {"contains": "x"}, {"$and": []}, {"$or": []}, {"$and": [{"$contains": "a"}]},
          {"$and": [{"$contains": "the"}, {"$contains": "fox"}]},
          {"$or": [{"$contains": "fox"}, {"$contains": "Dog"}]},
          {"$and": [{"$contains": "a"}, {"$or": [{"$contains": "b"}, {"$not_contains": "c"}]}]},
          {"$and": [{"$not_contains": "a"}, {"$not_contains": "e"}]},
          {"$and": [{}]}, {"$and": {}}, {"$and": [5]}, {"$not": {"$contains": "a"}},
          {"$or": [{"$regex": "^a"}, {"$contains": "fox"}]},
          {"$and": [{"$regex": "a"}, {"$not_regex": "b"}]}, {"$regex": 5}, {"$regex": None},
          {"$not_regex": ["a"]}, {"n": 1}, {"$contains": True})
scene("where document",
      [document(f"contains {needle!r}", {"$contains": needle}) for needle in NEEDLES],
       [document(f"not contains {needle!r}", {"$not_contains": needle}) for needle in NEEDLES],
      [document(f"{index} {clause}"[:80], clause) for index, clause in enumerate(OTHERS)],
       collections={"c": {}}, records=[("c", DOCUMENTS)])
scene("regular expressions",
      [document(f"regex {pattern!r}", {"$regex": pattern}) for pattern in PATTERNS],
       [document(f"not regex {pattern!r}", {"$not_regex": pattern}) for pattern in PATTERNS[:20]],
      post("with where", "@c/get", {"where": {"n": {"$lt": 5}},
          "where_document": {"$regex": "[aeiou]"}, "include": []}),
          post("in a query", "@c/query", {"query_embeddings": [[0, 0]],
              "where_document": {"$regex": "^[a-z ]+$"}, "include": ["documents"]}),
      [where(f"document key {clause}", {"#document": clause})
       for clause in ({"$contains": "fox"}, {"$not_contains": "fox"}, {"$regex": "^a"},
           {"$not_regex": "^a"}, {"$contains": 5}, {"$regex": "("}, {"$eq": "a"})],
      where("document key among others",
          {"$and": [{"#document": {"$contains": "a"}}, {"n": {"$gt": 3}}]}),
          collections={"c": {}}, records=[("c", DOCUMENTS)])
