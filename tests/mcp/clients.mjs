// clients: what programs do with the official SDKs of both generations, unmodified, against us.
//
// The argument is the address.  One list of scenes is played with each client: the SDK of the older
// generation, the newer one as it is by default, and the newer one without sessions.
import assert from "node:assert/strict";
import { Client as Newer, StreamableHTTPClientTransport as NewerTransport } from "@modelcontextprotocol/client";
import { Client as Older } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OlderTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CreateMessageRequestSchema, ElicitRequestSchema, ListRootsRequestSchema, LoggingMessageNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";

const url = new URL(process.argv[2]);
const info = { name: "kvasir-test", version: "1" };
const capabilities = { elicitation: {}, sampling: {}, roots: {} };
const handlers = {
  "elicitation/create": async (request) => ({
    action: "accept",
    content: Object.fromEntries(Object.entries(request.params.requestedSchema.properties)
      .map(([name, { type }]) => [name, type === "boolean" ? true : `my ${name}`])),
  }),
  "sampling/createMessage": async () => ({
    role: "assistant", model: "m", content: { type: "text", text: "Paris" },
  }),
  "roots/list": async () => ({ roots: [{ uri: "file:///home" }] }),
};
const schemas = {
  "elicitation/create": ElicitRequestSchema, "sampling/createMessage": CreateMessageRequestSchema,
  "roots/list": ListRootsRequestSchema,
};

const older = async () => {
  const client = new Older(info, { capabilities });
  const transport = new OlderTransport(url);
  const logged = [];
  for (const [method, handle] of Object.entries(handlers)) client.setRequestHandler(schemas[method], handle);
  client.setNotificationHandler(LoggingMessageNotificationSchema, (message) => logged.push(message.params.level));
  await client.connect(transport);
  return { client, transport, logged };
};

const newer = (mode) => async () => {
  const client = new Newer(info, { capabilities, versionNegotiation: { mode } });
  const transport = new NewerTransport(url);
  const logged = [];
  for (const [method, handle] of Object.entries(handlers)) client.setRequestHandler(method, handle);
  client.setNotificationHandler("notifications/message", (message) => logged.push(message.params.level));
  await client.connect(transport);
  return { client, transport, logged };
};

const text = (result) => result.content[0].text;

const scenes = {
  "tools are listed and called": async ({ client }) => {
    const { tools } = await client.listTools();
    assert(tools.some((tool) => tool.name === "vidensarkiv.search"), `${tools.map((tool) => tool.name)}`);
    const added = await client.callTool({
      name: "knowledge.add", arguments: { content: "The bridge at Dunmore was closed.", namespace: "sdk" },
    });
    assert.equal(added.structuredContent.success, true);
    const found = await client.callTool({
      name: "knowledge.search", arguments: { query: "Dunmore bridge", namespace: "sdk" },
    });
    assert.match(text(found), /Dunmore/);
    const wrong = await client.callTool({ name: "knowledge.search", arguments: { limt: 1 } });
    assert.equal(wrong.isError, true);
  },
  "the person, the model and the folders are asked, in one call and one after the other": async ({ client }) => {
    const call = (name, args = {}) => client.callTool({ name, arguments: args });
    assert.match(text(await call("test_elicitation", { message: "Who?" })), /action=accept.*my response/);
    assert.match(text(await call("test_sampling", { prompt: "Where?" })), /LLM response: Paris/);
    assert.match(text(await call("test_input_required_result_list_roots")), /file:\/\/\/home/);
    assert.match(text(await call("test_input_required_result_multiple_inputs")), /All three/);
    assert.match(text(await call("test_input_required_result_multi_round")), /Both steps/);
    const prompt = await client.getPrompt({ name: "test_input_required_result_prompt" });
    assert.match(prompt.messages[0].content.text, /my context/);
  },
  "calls at the same time get their own answers": async ({ client }) => {
    const said = await Promise.all([...Array(12).keys()].map((n) =>
      client.callTool({ name: "test_elicitation", arguments: { message: `${n}` } })));
    assert(said.every((result) => /my response/.test(text(result))));
  },
  "progress is heard while a tool works": async ({ client }) => {
    const heard = [];
    await client.callTool({ name: "test_tool_with_progress", arguments: {} }, ...(client instanceof Older ? [undefined] : []),
      { onprogress: ({ progress }) => heard.push(progress) });
    assert.deepEqual(heard, [0, 50, 100]);
  },
};

const sessions = {
  "the log is heard from the level that the session set, and the session ends where it is told to":
    async ({ client, transport, logged }) => {
      await client.setLoggingLevel("error");
      await client.callTool({ name: "test_tool_with_logging", arguments: {} });
      assert.deepEqual(logged, []);
      await client.setLoggingLevel("debug");
      await client.callTool({ name: "test_tool_with_logging", arguments: {} });
      assert.deepEqual(logged, ["info", "info", "info"]);
      const id = transport.sessionId;
      await transport.terminateSession();
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream", "mcp-session-id": id },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
      });
      assert.equal(answer.status, 404);
    },
};

for (const [name, open, own] of [
  ["sdk 1, sessions", older, sessions],
  ["client 2, sessions", newer("legacy"), sessions],
  ["client 2, finding out", newer("auto"), {}],
  ["client 2, stateless", newer({ pin: "2026-07-28" }), {}],
])
  for (const [says, scene] of Object.entries({ ...scenes, ...own })) {
    const opened = await open();
    await scene(opened);
    await opened.client.close();
    console.log(`ok: ${name}: ${says}`);
  }
