"""fake_llm: an OpenAI-compatible endpoint on 127.0.0.1 that does what a test tells it to.

Each call takes the next step of `plan`; when there is none left, `answer` makes the reply from the
request.  Every request is kept in `calls`.  A step is a function of the handler and the request.
"""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        step = self.server.fake.take(self, body)
        try:
            step(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(self, status, body, **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Quick(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, address):
        """A client that leaves is what some tests are about."""


class FakeLLM:
    def __init__(self, answer):
        self.answer, self.plan, self.calls, self.lock = answer, [], [], threading.Lock()
        self.hold = threading.Event()  # ends what hangs
        self.hanging = 0
        self.server = Quick(("127.0.0.1", 0), Handler)
        self.server.fake = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, handler, body):
        with self.lock:
            self.calls.append({"path": handler.path, "key": handler.headers.get("Authorization"), "body": body})
            return self.plan.pop(0) if self.plan else ok(self.answer)

    def script(self, *steps):
        """Begin anew with these steps."""
        with self.lock:
            self.plan, self.calls = list(steps), []
        self.hold.set()
        self.hold = threading.Event()

    def end(self):
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()


def said(body):
    """What the user's message holds, which is JSON."""
    return json.loads(body["messages"][1]["content"])


def completion(content, finish="stop", usage=True):
    made = {"id": "x", "object": "chat.completion", "choices": [
        {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}}]}
    if usage:
        made["usage"] = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    return made


def ok(reply, **more):
    """`reply` is JSON, a text as it is, or makes either of the request."""
    def step(handler, body):
        made = reply(body) if callable(reply) else reply
        handler.send(200, completion(made if isinstance(made, str) else json.dumps(made), **more))
    return step


def status(code, **headers):
    def step(handler, body):
        handler.send(code, {"error": {"message": f"fake status {code}"}}, **headers)
    return step


def hang(handler, body):
    fake = handler.server.fake
    hold = fake.hold
    with fake.lock:
        fake.hanging += 1
    hold.wait(60)
    with fake.lock:
        fake.hanging -= 1
    handler.close_connection = True


def broken(handler, body):
    """Half of what is announced."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"mess')
    handler.close_connection = True


def not_json(handler, body):
    handler.send(200, b"<html>busy</html>", Content_Type="text/html")


def large(handler, body):
    handler.send(200, json.dumps(completion("x" * 5_000_000)).encode())


def no_formats(reply):
    """An endpoint of the time before schemas."""
    def step(handler, body):
        if body["response_format"]["type"] == "json_schema":
            handler.send(400, {"error": {"message": "response_format json_schema is not supported"}})
        else:
            ok(reply)(handler, body)
    return step


def redirect(handler, body):
    handler.send(307, b"{}", Location=handler.server.fake.url + "/elsewhere")
