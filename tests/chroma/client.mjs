// client: what a JavaScript program does with Chroma's client library, unmodified, against us.
//
// The argument is the port on loopback.  Each scene prints what held; the first that does not hold
// ends the program.
import assert from "node:assert/strict";
import {
  AdminClient, ChromaClient, ChromaClientError, ChromaNotFoundError, ChromaUniqueError, GroupBy, K,
  Knn, MaxK, MinK, Rrf, Search, Val,
} from "chromadb";

const place = { host: "127.0.0.1", port: Number(process.argv[2]), ssl: false };
const client = new ChromaClient(place);
const points = { a: [1, 0], b: [0, 2], c: [3, 4], d: [-1, -1] };
const ids = Object.keys(points);
const everything = ["embeddings", "documents", "metadatas", "uris"];

const filled = async (name, more = {}) => {
  const made = await client.createCollection({ name, embeddingFunction: null, ...more });
  await made.add({
    ids,
    embeddings: Object.values(points),
    documents: ids.map((id) => `text of ${id}`),
    metadatas: ids.map((id, n) => ({ n, half: n / 2, even: n % 2 === 0, word: id, list: [id, "x"] })),
  });
  return made;
};

const near = (found, wanted) => {
  assert.equal(found.length, wanted.length, `${found} / ${wanted}`);
  found.forEach((one, i) =>
    assert.ok(Math.abs(one - wanted[i]) <= 1e-5 * Math.max(1, Math.abs(wanted[i])), `${found} / ${wanted}`));
};

const distance = (a, b) => a.reduce((sum, one, i) => sum + (one - b[i]) ** 2, 0);
const places = (query) => {
  const order = [...ids].sort((a, b) => distance(points[a], query) - distance(points[b], query));
  return Object.fromEntries(order.map((id, at) => [id, at]));
};

const scenes = {
  "a client asks who it is and what the server takes": async () => {
    assert.ok((await client.heartbeat()) > 1e18);
    assert.equal(await client.version(), "1.0.0");
    assert.ok((await client.getMaxBatchSize()) >= 5461);
    assert.equal(await client.supportsBase64Encoding(), true);
    const who = await client.getUserIdentity();
    assert.equal(who.tenant, "default_tenant");
    assert.deepEqual(await client.listCollections(), []);
  },

  "tenants and databases are made, found, listed and deleted": async () => {
    const admin = new AdminClient(place);
    await admin.createTenant({ name: "wide-js" });
    assert.equal((await admin.getTenant({ name: "wide-js" })), "wide-js");
    await assert.rejects(admin.createTenant({ name: "wide-js" }), ChromaUniqueError);
    await assert.rejects(admin.getTenant({ name: "nowhere" }), ChromaNotFoundError);
    for (const name of ["first-db", "second-db"]) await admin.createDatabase({ name, tenant: "wide-js" });
    const listed = await admin.listDatabases({ tenant: "wide-js" });
    assert.deepEqual(listed.map((one) => one.name), ["first-db", "second-db"]);
    assert.equal((await admin.getDatabase({ name: "first-db", tenant: "wide-js" })).tenant, "wide-js");
    const there = new ChromaClient({ ...place, tenant: "wide-js", database: "first-db" });
    await there.createCollection({ name: "inside", embeddingFunction: null });
    const other = new ChromaClient({ ...place, tenant: "wide-js", database: "second-db" });
    assert.equal(await there.countCollections(), 1);
    assert.equal(await other.countCollections(), 0);
    await assert.rejects(other.getCollection({ name: "inside" }), ChromaNotFoundError);
    await admin.deleteDatabase({ name: "second-db", tenant: "wide-js" });
    await assert.rejects(admin.getDatabase({ name: "second-db", tenant: "wide-js" }), ChromaNotFoundError);
  },

  "collections are made, found, listed, changed and deleted": async () => {
    const metadata = { a: 1, b: 2.5, c: "x", d: true };
    const made = await client.createCollection({ name: "first", metadata, embeddingFunction: null });
    assert.deepEqual(made.metadata, metadata);
    const found = await client.getCollection({ name: "first" });
    assert.equal(found.id, made.id);
    assert.deepEqual(found.metadata, metadata);
    await assert.rejects(client.createCollection({ name: "first", embeddingFunction: null }), ChromaUniqueError);
    const again = await client.getOrCreateCollection({ name: "first", metadata: { z: 1 }, embeddingFunction: null });
    assert.equal(again.id, made.id);
    assert.deepEqual(again.metadata, metadata);
    await client.getOrCreateCollection({ name: "second", embeddingFunction: null });
    assert.equal(await client.countCollections(), 2);
    assert.deepEqual((await client.listCollections()).map((one) => one.name).sort(), ["first", "second"]);
    assert.equal((await client.listCollections({ limit: 1, offset: 1 })).length, 1);
    assert.deepEqual((await client.getCollections(["first", "second"])).map((one) => one.name), ["first", "second"]);
    assert.equal((await client.getCollectionById(made.id)).name, "first");
    await made.modify({ name: "renamed", metadata: { fresh: 1 } });
    assert.deepEqual((await client.getCollection({ name: "renamed" })).metadata, { fresh: 1 });
    await assert.rejects(client.getCollection({ name: "first" }), ChromaNotFoundError);
    await assert.rejects(made.modify({ name: "second" }), ChromaUniqueError);
    await assert.rejects(client.createCollection({ name: "x", embeddingFunction: null }), ChromaClientError);
    const crn = await client.getCollectionByCrn("default_tenant:default_database:renamed");
    assert.equal(crn.id, made.id);
    for (const name of ["renamed", "second"]) {
      await client.deleteCollection({ name });
      await assert.rejects(client.deleteCollection({ name }), ChromaNotFoundError);
    }
    await assert.rejects(made.count(), ChromaNotFoundError);
  },

  "a collection's configuration is kept, shown and changed": async () => {
    const made = await client.createCollection({
      name: "configured", embeddingFunction: null,
      configuration: { hnsw: { space: "cosine", ef_construction: 50, max_neighbors: 8 } },
    });
    assert.equal(made.configuration.hnsw.space, "cosine");
    await made.modify({ configuration: { hnsw: { ef_search: 77 } } });
    const said = (await client.getCollection({ name: "configured" })).configuration.hnsw;
    assert.deepEqual([said.space, said.ef_search, said.max_neighbors], ["cosine", 77, 8]);
    await client.deleteCollection({ name: "configured" });
  },

  "records are added, updated, upserted and deleted by the library's rules": async () => {
    const made = await filled("written");
    assert.equal(await made.count(), 4);
    await made.add({ ids: ["a", "e"], embeddings: [[9, 9], [5, 5]], documents: ["no", "yes"] });
    let found = await made.get({ ids: ["a", "e"], include: everything });
    assert.deepEqual(found.documents, ["text of a", "yes"]);
    assert.deepEqual(found.embeddings, [[1, 0], [5, 5]]);
    assert.equal(found.metadatas[1], null);
    await made.update({ ids: ["a", "nowhere"], embeddings: [[2, 2], [3, 3]], documents: ["new", "none"],
      metadatas: [{ n: 9, more: 1.5 }, { n: 0 }] });
    found = await made.get({ ids: ["a", "nowhere"], include: everything });
    assert.deepEqual(found.documents, ["new"]);
    assert.deepEqual(found.metadatas[0], { n: 9, half: 0, even: true, word: "a", list: ["a", "x"], more: 1.5 });
    await made.upsert({ ids: ["b", "f"], embeddings: [[7, 7], [6, 6]], documents: ["bee", "eff"], uris: ["u", "v"] });
    found = await made.get({ ids: ["b", "f"], include: everything });
    assert.deepEqual(found.embeddings, [[7, 7], [6, 6]]);
    assert.deepEqual(found.uris, ["u", "v"]);
    assert.deepEqual((await made.get()).ids, ["a", "b", "c", "d", "e", "f"]);
    assert.deepEqual(await made.delete({ ids: ["f"] }), { deleted: 1 });
    await made.delete({ where: { even: true } });
    assert.deepEqual((await made.get()).ids, ["a", "b", "d", "e"].filter((id) => id !== "a"));
    await made.delete({ whereDocument: { $contains: "yes" } });
    assert.equal(await made.count(), 2);
    const many = Array.from({ length: 2000 }, (_, i) => [Math.fround(i / 7), i]);
    await made.add({ ids: many.map((_, i) => `many${i}`), embeddings: many });
    assert.equal(await made.count(), 2002);
    const some = await made.get({ ids: ["many1999"], include: ["embeddings"] });
    assert.deepEqual(some.embeddings[0].map(Math.fround), many[1999]);
    await client.deleteCollection({ name: "written" });
  },

  "every include, page and peek of get and query gives what it names": async () => {
    const made = await filled("read");
    for (const include of [[], ["documents"], ["metadatas"], ["embeddings"], ["uris"], everything]) {
      const found = await made.get({ include });
      const asked = await made.query({ queryEmbeddings: [[1, 0]], include: [...include, "distances"] });
      for (const field of everything) {
        assert.equal(found[field].length, include.includes(field) ? 4 : 0, field);
        assert.equal(asked[field].length, include.includes(field) ? 1 : 0, field);
      }
      near(asked.distances[0], [0, 5, 5, 20]);
    }
    assert.deepEqual((await made.get({ limit: 2, offset: 1 })).ids, ["b", "c"]);
    assert.deepEqual((await made.get({ offset: 3 })).ids, ["d"]);
    assert.deepEqual((await made.peek({ limit: 2 })).ids, ["a", "b"]);
    const asked = await made.query({ queryEmbeddings: [[3, 4], [-1, -1]], nResults: 2 });
    assert.deepEqual(asked.ids.map((row) => row[0]), ["c", "d"]);
    assert.equal(asked.rows()[0][0].document, "text of c");
    assert.deepEqual((await made.query({ queryEmbeddings: [[3, 4]], ids: ["a", "d"] })).ids, [["a", "d"]]);
    await client.deleteCollection({ name: "read" });
  },

  "each space measures as Chroma does": async () => {
    const wanted = {
      l2: { a: 4, b: 13, c: 16, d: 17 },
      cosine: { a: 0, c: 1 - 3 / 5, b: 1, d: 1 + Math.SQRT1_2 },
      ip: { c: 1 - 9, a: 1 - 3, b: 1, d: 1 + 3 },
    };
    for (const [space, distances] of Object.entries(wanted)) {
      const made = await filled(`space-${space}`, { configuration: { hnsw: { space } } });
      const asked = await made.query({ queryEmbeddings: [[3, 0]], include: ["distances"] });
      const order = Object.entries(distances).sort((a, b) => a[1] - b[1]);
      assert.deepEqual(asked.ids[0], order.map((pair) => pair[0]));
      near(asked.distances[0], order.map((pair) => pair[1]));
      await client.deleteCollection({ name: `space-${space}` });
    }
  },

  "every operator finds the same records in get and in query": async () => {
    const made = await filled("filtered");
    const cases = [
      [{ n: 1 }, "b"], [{ half: 1 }, "c"], [{ n: { $ne: 1 } }, "acd"], [{ n: { $gt: 1 } }, "cd"],
      [{ n: { $gte: 1.5 } }, "cd"], [{ half: { $lt: 1 } }, "ab"], [{ half: { $lte: 1 } }, "abc"], [{ even: true }, "ac"],
      [{ word: { $in: ["a", "d"] } }, "ad"], [{ word: { $nin: ["a", "d"] } }, "bc"], [{ nosuch: { $ne: 1 } }, "abcd"],
      [{ $and: [{ n: { $gt: 0 } }, { even: true }] }, "c"], [{ $or: [{ word: "a" }, { half: 1.5 }] }, "ad"],
      [{ list: { $contains: "b" } }, "b"], [{ list: { $not_contains: "b" } }, "acd"],
    ];
    const documents = [
      [{ $contains: "of b" }, "b"], [{ $not_contains: "of b" }, "acd"], [{ $regex: "of [bc]$" }, "bc"],
      [{ $not_regex: "^text of a" }, "bcd"], [{ $or: [{ $contains: "of a" }, { $regex: "c$" }] }, "ac"],
      [{ $and: [{ $contains: "text" }, { $not_contains: "a" }] }, "bcd"],
    ];
    for (const [field, table] of [["where", cases], ["whereDocument", documents]]) {
      for (const [clause, wanted] of table) {
        const found = (await made.get({ [field]: clause })).ids;
        assert.equal(found.join(""), wanted, JSON.stringify(clause));
        const asked = (await made.query({ queryEmbeddings: [[1, 0]], [field]: clause })).ids[0];
        assert.equal([...asked].sort().join(""), wanted, JSON.stringify(clause));
      }
    }
    await client.deleteCollection({ name: "filtered" });
  },

  "errors reach the program as the library's own exceptions, with words": async () => {
    const made = await filled("refusing");
    await assert.rejects(made.add({ ids: ["z"], embeddings: [[1, 2, 3]] }), /dimension of 2, got 3/);
    await assert.rejects(made.query({ queryEmbeddings: [[1]] }), ChromaClientError);
    await assert.rejects(made.get({ whereDocument: { $regex: "(" } }), ChromaClientError);
    await assert.rejects(client.getCollection({ name: "nosuch" }), ChromaNotFoundError);
    await client.deleteCollection({ name: "refusing" });
    await assert.rejects(made.add({ ids: ["z"], embeddings: [[1, 2]] }), ChromaNotFoundError);
    await assert.rejects(made.get(), ChromaNotFoundError);
  },

  "search filters, ranks, pages and selects": async () => {
    const made = await filled("searched");
    let found = await made.search(new Search().where(K("n").gt(0)).rank(Knn({ query: [1, 0] })).limit(2)
      .select(K.DOCUMENT, K.SCORE, K.EMBEDDING, "word"));
    assert.deepEqual([...found.ids[0]].sort(), ["b", "d"]);
    near(found.scores[0], [5, 5]);
    assert.deepEqual(found.metadatas[0].map((row) => Object.keys(row)), [["word"], ["word"]]);
    assert.equal(found.embeddings[0][0].length, 2);
    found = await made.search(new Search().limit(2, 1).select(K.METADATA));
    assert.deepEqual(found.ids, [["b", "c"]]);
    assert.equal(found.rows()[0][1].metadata.word, "c");
    found = await made.search([new Search().rank(Knn({ query: [3, 4] })).limit(1), new Search().where(K("word").isIn(["b"]))]);
    assert.deepEqual(found.ids, [["c"], ["b"]]);
    found = await made.search(new Search().rank(Knn({ query: [1, 0], returnRank: true }).multiply(-1).add(Val(10)))
      .limit(4).select(K.SCORE));
    near(found.scores[0], [7, 8, 9, 10]);
    const queries = [[3, 4], [0, 2]];
    found = await made.search(new Search().limit(4).select(K.SCORE)
      .rank(Rrf({ ranks: queries.map((query) => Knn({ query, returnRank: true })), k: 60 })));
    const wanted = Object.fromEntries(ids.map((id) =>
      [id, -queries.map(places).reduce((sum, at) => sum + 1 / (60 + at[id]), 0)]));
    assert.deepEqual(found.ids[0], [...ids].sort((a, b) => wanted[a] - wanted[b]));
    near(found.scores[0], Object.values(wanted).sort((a, b) => a - b));
    found = await made.search(new Search().rank(Knn({ query: [1, 0.1] })).limit(10).select(K.SCORE, "even")
      .groupBy(new GroupBy([K("even")], new MinK([K.SCORE], 1))));
    assert.deepEqual([...found.ids[0]].sort(), ["a", "b"]);
    found = await made.search(new Search().rank(Knn({ query: [1, 0.1] })).limit(10)
      .groupBy(new GroupBy([K("even")], new MaxK([K("n")], 1))));
    assert.deepEqual([...found.ids[0]].sort(), ["c", "d"]);
    await client.deleteCollection({ name: "searched" });
  },

  "sparse vectors are kept in metadata and ranked by their products": async () => {
    const made = await client.createCollection({ name: "sparse", embeddingFunction: null });
    await made.add({
      ids: ["a", "b", "c"], embeddings: [[1, 0], [0, 1], [1, 1]],
      metadatas: [{ sp: { indices: [1, 5], values: [1, 0.5] } }, { sp: { indices: [5], values: [2] } },
        { sp: { indices: [2, 1000000], values: [1, 1] } }],
    });
    assert.deepEqual((await made.get({ ids: ["a"] })).metadatas[0].sp, { indices: [1, 5], values: [1, 0.5] });
    const query = { indices: [1, 5], values: [1, 1] };
    const found = await made.search(new Search().rank(Knn({ query, key: "sp" })).limit(2).select(K.SCORE));
    assert.deepEqual(found.ids[0], ["b", "a"]);
    near(found.scores[0], [-1, -0.5]);
    const hybrid = await made.search(new Search().limit(3).rank(Rrf({
      ranks: [Knn({ query: [1, 0], returnRank: true }), Knn({ query, key: "sp", returnRank: true })], weights: [0.7, 0.3], k: 60 })));
    assert.equal(hybrid.ids[0][0], "a");
    await client.deleteCollection({ name: "sparse" });
  },

  "a fork has the records of its origin and goes its own way": async () => {
    const made = await filled("origin");
    const fork = await made.fork({ name: "forked" });
    assert.deepEqual((await fork.get()).ids, ids);
    assert.equal(await made.forkCount(), 1);
    await fork.delete({ ids: ["a"] });
    assert.equal(await made.count(), 4);
    assert.equal(await fork.count(), 3);
    const state = await made.getIndexingStatus();
    assert.equal(typeof (state.totalOps ?? state.total_ops), "number");
    for (const name of ["origin", "forked"]) await client.deleteCollection({ name });
  },

  "a reset, where it is allowed, leaves the defaults alone": async () => {
    await filled("doomed");
    await client.reset();
    assert.deepEqual(await client.listCollections(), []);
  },
};

for (const [what, scene] of Object.entries(scenes)) {
  const began = performance.now();
  await scene();
  console.log(`ok: ${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
}
