// mcp_server: the official Node.js SDK's servers for a comparison: `v1` (stateless JSON) or `v2`, on a port.
//
// Both answer the tool test_simple_text, as ours does, and tell their port as the first line.
import http from "node:http";

const TEXT = "This is a simple text response for testing.";
const said = () => ({ content: [{ type: "text", text: TEXT }] });
const info = { name: "measured", version: "1.0.0" };

async function v1() {
    const { McpServer } = await import("@modelcontextprotocol/sdk/server/mcp.js");
    const { StreamableHTTPServerTransport } = await import("@modelcontextprotocol/sdk/server/streamableHttp.js");
    return async (req, res) => {
        // Without a session the SDK wants a server and a transport for each request.
        const server = new McpServer(info);
        server.registerTool("test_simple_text", { description: "Answers with one block of text." }, said);
        const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
        res.on("close", () => { transport.close(); server.close(); });
        await server.connect(transport);
        await transport.handleRequest(req, res);
    };
}

async function v2() {
    const { McpServer, createMcpHandler } = await import("@modelcontextprotocol/server");
    const { toNodeHandler } = await import("@modelcontextprotocol/node");
    return toNodeHandler(createMcpHandler(() => {
        const server = new McpServer(info);
        server.registerTool("test_simple_text", { description: "Answers with one block of text." }, said);
        return server;
    }));
}

const handler = await { v1, v2 }[process.argv[2]]();
const server = http.createServer((req, res) => {
    Promise.resolve(handler(req, res)).catch((error) => { console.error(error); res.destroy(); });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
