#!/usr/bin/env python3
"""Measures what idle connections cost a real daemon, and what it does when its descriptors run out. See ../README.md.

    ./idle.py memory                  9,000 connections through TCP, 18,000 HTTP keep-alive clients
    ./idle.py memory --haproxy        the same, with HAProxy beside it
    ./idle.py trickle --secs 300      as many TCP connections as descriptors allow, a byte there and back on each every 15 s
    ./idle.py exhaustion              300 descriptors, 600 clients, over TCP and over HTTP
    ./idle.py --transport epoll ...   io_uring, epoll or nio instead of the daemon's own choice

Weir is started from the checkout that WEIR_HOME names, or from this one; let `./weir version` build it first.
"""
import argparse, contextlib, ctypes, json, os, re, resource, select, shutil, signal, socket, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = os.environ.get("WEIR_HOME") or os.path.dirname(os.path.dirname(HERE))
BACKEND_PORT, TCP_PORT, HTTP_PORT = 15800, 15801, 15802
PER_SOURCE = 15_000                                     # one loopback address has 28,000 ports to dial from
REQUEST = {"tcp": b"K", "http": b"GET / HTTP/1.1\r\nHost: idle\r\n\r\n"}
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LIBC = ctypes.CDLL(None, use_errno=True)
children = []


# ---------------------------------------------------------------- processes

def spawn(argv, files=None, **kw):
    """Starts a process that ends with this one, with so many descriptors at most."""
    def setup():
        LIBC.prctl(1, signal.SIGTERM)
        if files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    p = subprocess.Popen(argv, preexec_fn=setup, text=True, **kw)
    children.append(p)
    return p


def stop(p):
    if p.poll() is None:
        p.terminate()
        try:
            p.wait(10)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()
    for stream in (p.stdin, p.stdout):
        if stream:
            stream.close()
    children.remove(p)


def role(name, *arguments):
    return spawn([sys.executable, os.path.abspath(__file__), "--role", name, *map(str, arguments)],
                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def ask(p, line=None):
    """Sends a line to a helper process, if any, and reads what it answers."""
    if line:
        p.stdin.write(line + "\n")
        p.stdin.flush()
    return json.loads(p.stdout.readline())


def raise_file_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


# ---------------------------------------------------------------- the backend and the clients, in processes of their own

def run_backend(port):
    """Answers every piece of input: HTTP with an answer, anything else with itself."""
    server = socket.create_server(("127.0.0.1", port), backlog=4096)
    server.setblocking(False)
    poll, sockets = select.epoll(), {}
    poll.register(server, select.EPOLLIN)
    print(json.dumps("ready"), flush=True)
    while True:
        for fd, _ in poll.poll():
            if fd == server.fileno():
                with contextlib.suppress(BlockingIOError):
                    while True:
                        s = server.accept()[0]
                        s.setblocking(False)
                        sockets[s.fileno()] = s
                        poll.register(s, select.EPOLLIN)
                continue
            s, data = sockets[fd], b""
            with contextlib.suppress(OSError):
                data = s.recv(65536)
                if data:
                    s.send(ANSWER * data.count(b"\r\n\r\n") or data)
            if not data:
                poll.unregister(fd)
                sockets.pop(fd).close()


class Clients:
    """Connections that each send one request when opened, and answer to commands on standard input."""

    def __init__(self, kind, port, count, first_source):
        self.kind, self.to, self.sockets = kind, ("127.0.0.1", port), []
        for i in range(count):
            s = socket.socket()
            s.setsockopt(socket.IPPROTO_IP, 24, 1)                    # IP_BIND_ADDRESS_NO_PORT
            s.bind((f"127.0.0.{first_source + i // PER_SOURCE}", 0))
            s.settimeout(5)
            try:
                s.connect(self.to)
            except OSError:
                s.close()
                break
            self.sockets.append(s)

    def exchange(self, sockets, seconds, at_once=200):
        """Sends a request on each; returns those that a good answer came back on in time."""
        good, end = [], time.monotonic() + seconds
        for k in range(0, len(sockets), at_once):
            part = sockets[k:k + at_once]
            for s in part:
                with contextlib.suppress(OSError):
                    s.send(REQUEST[self.kind])
            good += self.answered(part, end)
        return good

    def answered(self, sockets, end):
        poll, waiting, good = select.epoll(), {s.fileno(): s for s in sockets}, []
        for fd in waiting:
            poll.register(fd, select.EPOLLIN)
        while waiting and time.monotonic() < end:
            for fd, _ in poll.poll(max(0, end - time.monotonic())):
                s, data = waiting.pop(fd), b""
                with contextlib.suppress(OSError):
                    data = s.recv(65536)
                poll.unregister(fd)
                if data == b"K" or data.startswith(b"HTTP/1.1 200"):
                    good.append(s)
                elif not data:
                    s.close()
                    self.sockets.remove(s)
                else:
                    self.refused = data.split(b"\r\n")[0].decode()
        poll.close()
        return good


def run_clients(kind, port, count, first_source):
    clients, served, refused = Clients(kind, int(port), int(count), int(first_source)), [], None
    clients.refused = None
    print(json.dumps({"opened": len(clients.sockets)}), flush=True)
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "all":                                           # a request on every connection
            served = clients.exchange(clients.sockets, float(rest[0]), int(rest[1]))
            answer = len(served)
        elif command == "again":                                       # one more on those that were served
            answer = len(clients.exchange(served, float(rest[0])))
        elif command == "keep-served":
            for s in set(clients.sockets) - set(served):
                s.close()
            clients.sockets = list(served)
            answer = len(served)
        elif command == "close-served":
            for s in served:
                s.close()
                clients.sockets.remove(s)
            answer = len(clients.sockets)
        elif command == "rest":                                        # answers to requests sent earlier
            served = clients.answered(clients.sockets, time.monotonic() + float(rest[0]))
            answer = len(served)
        print(json.dumps({"count": answer, "open": len(clients.sockets), "refused": clients.refused}), flush=True)


# ---------------------------------------------------------------- the proxies

class Weir:
    name = "weir"

    def __init__(self, folder, transport, files=None):
        self.folder = folder
        node, config = os.path.join(folder, "node.yaml"), os.path.join(folder, "weir.yaml")
        self.socket = os.path.join(folder, "admin.sock")
        with open(node, "w") as f:
            f.write(f"name: idle\ntransport: {transport}\nadmin: {{socket: {self.socket}}}\nstate: {folder}/state\n")
        with open(config, "w") as f:
            f.write(f"""version: 1
pools:
  b:
    healthCheck: {{type: tcp, interval: 1s, timeout: 500ms, healthy: 2, unhealthy: 2}}
    backends: {{b: {{address: "127.0.0.1:{BACKEND_PORT}"}}}}
listeners:
  tcp: {{protocol: tcp, bind: "127.0.0.1:{TCP_PORT}", pool: b}}
  http: {{protocol: http, bind: "127.0.0.1:{HTTP_PORT}", pool: b, idleTimeout: 600s}}
""")
        self.log = open(os.path.join(folder, "log"), "w")
        self.process = spawn([os.path.join(HOME, "weir"), "serve", "--node", node, "--config", config], files,
                             stdout=self.log, stderr=subprocess.STDOUT)
        await_true(lambda: self.state() == "healthy", 60, "the daemon does not start, see " + self.log.name)

    def api(self, path):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(2)
            s.connect(self.socket)
            s.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            text = b"".join(iter(lambda: s.recv(65536), b"")).decode()
        return json.loads(text.split("\r\n\r\n", 1)[1])

    def state(self):
        with contextlib.suppress(OSError, ValueError, IndexError):
            return self.api("/v1/backends")[0]["state"]

    def log_lines(self, part):
        with open(self.log.name) as f:
            return sum(part in line for line in f)

    def live_heap(self):
        """Bytes of live objects, after a collection."""
        jcmd = os.path.join(os.path.dirname(os.readlink(f"/proc/{self.process.pid}/exe")), "jcmd")
        run = lambda *command: subprocess.run([jcmd, str(self.process.pid), *command], capture_output=True, text=True).stdout
        run("GC.run")
        return sum(int(k) for k in re.findall(r"(?:generation|PSYoungGen|ParOldGen|DefNew|Tenured).*?used (\d+)K", run("GC.heap_info"))) * 1024


class Haproxy:
    name = "haproxy"

    def __init__(self, folder, _transport):
        config = os.path.join(folder, "haproxy.cfg")
        with open(config, "w") as f:
            f.write(f"""global
    nbthread 2
    maxconn 19900
    no strict-limits
defaults
    timeout connect 5s
    timeout client 600s
    timeout server 600s
listen tcp
    mode tcp
    bind 127.0.0.1:{TCP_PORT}
    server b 127.0.0.1:{BACKEND_PORT}
listen http
    mode http
    timeout http-keep-alive 600s
    bind 127.0.0.1:{HTTP_PORT}
    server b 127.0.0.1:{BACKEND_PORT}
""")
        self.process = spawn(["haproxy", "-db", "-f", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_true(lambda: connects(HTTP_PORT), 10, "haproxy does not start")

    def live_heap(self):
        return None


def connects(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def await_true(condition, seconds, otherwise):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit("idle: " + otherwise)
        time.sleep(0.1)


def rss(pid):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        return int(re.search(r"^Rss:\s+(\d+)", f.read(), re.M)[1]) * 1024


def cpu_seconds(pid):
    return time.clock_gettime((~pid << 3) | 2)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


# ---------------------------------------------------------------- the measurements

def open_clients(kind, count, each):
    """So many connections in processes of at most `each`, all of them served once."""
    port = TCP_PORT if kind == "tcp" else HTTP_PORT
    clients = []
    for k, first in enumerate(range(0, count, each)):
        p = role("clients", kind, port, min(each, count - first), 2 + 8 * k)
        opened = ask(p)["opened"]
        served = ask(p, "all 60 200")["count"]
        clients.append(p)
        if opened != min(each, count - first) or served != opened:
            print(f"  only {opened} opened and {served} served", flush=True)
    return clients


def measure_memory(proxy, kind, count):
    """What `count` connections add, once the proxy has had as many before and let go of them."""
    pid = proxy.process.pid
    fresh = rss(pid)
    for p in open_clients(kind, count // 4, 9_000):
        stop(p)
    await_true(lambda: descriptors(pid) < 1_000, 20, "connections are left over")
    heap_before, rss_before = proxy.live_heap(), rss(pid)
    started = time.monotonic()
    clients = open_clients(kind, count, 9_000)
    took = time.monotonic() - started
    time.sleep(1)
    rss_busy = rss(pid)
    heap_after, rss_after = proxy.live_heap(), rss(pid)
    cpu = cpu_seconds(pid)
    time.sleep(3)
    idle_cpu = cpu_seconds(pid) - cpu
    again = sum(ask(p, "again 30")["count"] for p in clients)
    for p in clients:
        stop(p)
    await_true(lambda: descriptors(pid) < 1_000, 20, "connections are left over")
    heap = "" if heap_before is None else f"{heap_before / 1e6:.1f} -> {heap_after / 1e6:.1f} MB"
    heap_each = "" if heap_before is None else f"{(heap_after - heap_before) / count:.0f}"
    print(f"| {proxy.name} | {kind} | {count:,} | {fresh / 1e6:.0f} | {rss_before / 1e6:.0f} -> {max(rss_busy, rss_after) / 1e6:.0f} | "
          f"{(max(rss_busy, rss_after) - rss_before) / count:.0f} | {heap} | {heap_each} | {idle_cpu / 3 * 100:.1f} % | {took:.1f} s | "
          f"{again:,} |", flush=True)


def memory(options):
    print("| proxy | kind | connections | RSS fresh, MB | RSS without -> with, MB | RSS bytes each | live heap | heap bytes each | "
          "CPU while idle | opened in | answered again |\n|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for kind, count in (("tcp", options.tcp), ("http", options.http)):
        for make in [Weir] + ([Haproxy] if options.haproxy else []):
            with scene(options) as folder:
                measure_memory(make(folder, options.transport), kind, count)


def trickle(options):
    with scene(options) as folder:
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        proxy = Weir(folder, options.transport, files)
        pid, clients, held = proxy.process.pid, [], 0
        fresh = rss(pid)
        for k in range(1 + files // 2 // 9_000):
            p = role("clients", "tcp", TCP_PORT, min(9_000, files // 2 - 9_000 * k), 2 + 8 * k)
            ask(p)
            ask(p, "all 10 200")
            held += ask(p, "keep-served")["count"]
            clients.append(p)
        time.sleep(1)
        full, begun, started = rss(pid), cpu_seconds(pid), time.monotonic()
        answers = lost = turns = 0
        while time.monotonic() - started < options.secs:
            turns += 1
            again = sum(ask(p, "again 30")["count"] for p in clients)
            answers, lost = answers + again, lost + held - again
            time.sleep(max(0, started + turns * options.every - time.monotonic()))
        print(json.dumps({"transport": options.transport, "connections": held, "descriptors": descriptors(pid), "seconds": round(time.monotonic() - started),
                          "answers": answers, "lost": lost, "rssFreshKiB": fresh // 1024, "rssHeldKiB": full // 1024,
                          "rssLaterKiB": rss(pid) // 1024, "cpuSeconds": round(cpu_seconds(pid) - begun, 2)}), flush=True)


def exhaustion(options):
    print("| kind | descriptors | clients | served | CPU over 3 s | served again | said so | served after those closed | "
          "API's word on the backend meanwhile, afterwards |\n|---|---|---|---|---|---|---|---|---|", flush=True)
    for kind in ("tcp", "http"):
        with scene(options) as folder:
            proxy = Weir(folder, options.transport, options.files)
            pid, port = proxy.process.pid, TCP_PORT if kind == "tcp" else HTTP_PORT
            clients = role("clients", kind, port, options.clients, 2)
            opened = ask(clients)["opened"]
            served = ask(clients, f"all 3 {options.clients}")
            cpu = cpu_seconds(pid)
            time.sleep(3)
            cpu = cpu_seconds(pid) - cpu
            again = ask(clients, "again 3")
            said, meanwhile = proxy.log_lines("pauses accepting"), proxy.state() or "no answer"
            ask(clients, "close-served")
            rest = ask(clients, "rest 5")
            stop(clients)
            await_true(lambda: proxy.state() is not None, 10, "the API does not answer afterwards")
            print(f"| {kind} | {options.files} | {opened} | {served['count']} | {cpu:.3f} s | {again['count']} "
                  f"{again['refused'] or ''} | {said}x | {rest['count']} {rest['refused'] or ''} | "
                  f"{meanwhile}, {proxy.state()} |", flush=True)
            if options.log:
                print(open(proxy.log.name).read())


@contextlib.contextmanager
def scene(options):
    """A folder and a backend; everything is gone afterwards."""
    folder = tempfile.mkdtemp(prefix="weir-idle-")
    try:
        ask(role("backend", BACKEND_PORT))
        yield folder
    finally:
        for p in reversed(children[:]):
            stop(p)
        shutil.rmtree(folder, ignore_errors=True)


def main():
    raise_file_limit()
    if sys.argv[1:2] == ["--role"]:
        return {"backend": lambda port: run_backend(int(port)), "clients": run_clients}[sys.argv[2]](*sys.argv[3:])
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--transport", default="auto")
    ap.add_argument("--log", action="store_true", help="print the daemon's log")
    sub = ap.add_subparsers(dest="what", required=True)
    m = sub.add_parser("memory")
    m.add_argument("--tcp", type=int, default=9_000)
    m.add_argument("--http", type=int, default=18_000)
    m.add_argument("--haproxy", action="store_true", help="measure HAProxy too")
    t = sub.add_parser("trickle")
    t.add_argument("--secs", type=float, default=60)
    t.add_argument("--every", type=float, default=15, help="seconds between the bytes of a connection")
    e = sub.add_parser("exhaustion")
    e.add_argument("--files", type=int, default=300)
    e.add_argument("--clients", type=int, default=600)
    options = ap.parse_args()
    {"memory": memory, "trickle": trickle, "exhaustion": exhaustion}[options.what](options)


if __name__ == "__main__":
    main()
