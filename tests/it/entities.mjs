// entities: plays calls to MCP's reference memory server over stdio, and prints its answers.
//
// node entities.mjs SERVER FILE <calls: the calls are JSON lines {name, arguments} on standard input, the
// answers JSON lines on standard output.  The server keeps its graph in FILE.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const [server, file] = process.argv.slice(2);
const child = spawn(process.execPath, [server], {
    env: { ...process.env, MEMORY_FILE_PATH: file },
    stdio: ["pipe", "pipe", "ignore"],
});
const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
let number = 0;

async function ask(method, params) {
    child.stdin.write(JSON.stringify({ jsonrpc: "2.0", id: ++number, method, params }) + "\n");
    for (;;) {
        const { value, done } = await answers.next();
        if (done) throw new Error("the server ended");
        const message = JSON.parse(value);
        if (message.id === number) return message;
    }
}

await ask("initialize", {
    protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "entities", version: "1" },
});
child.stdin.write(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }) + "\n");
console.log(JSON.stringify((await ask("tools/list", {})).result));
for await (const line of createInterface({ input: process.stdin }))
    console.log(JSON.stringify((await ask("tools/call", JSON.parse(line))).result));
child.kill();
