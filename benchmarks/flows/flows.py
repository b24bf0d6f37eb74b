#!/usr/bin/env python3
"""Holds as many UDP flows as a real daemon's descriptors allow, and asks on each now and then. See ../README.md.

    ./flows.py                        60 s, each flow every 15 s, four backends
    ./flows.py --secs 300             5 minutes
    ./flows.py --files 4000           with fewer descriptors

Weir is started from the checkout that WEIR_HOME names, or from this one; let `./weir version` build it first. Needs gcc, iproute2 and root:
clients are in a network namespace of their own, since their sockets would take the ports of one host from the daemon. They are processes with
18,000 sockets each at most, from an address each. A question without an answer is lost.
"""
import argparse, contextlib, ctypes, json, os, re, resource, signal, socket, subprocess, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = os.environ.get("WEIR_HOME") or os.path.dirname(os.path.dirname(HERE))
PORT, FIRST_BACKEND, PER_CLIENT = 15900, 15910, 18_000
SERVER = "10.99.0.1"
LIBC = ctypes.CDLL(None, use_errno=True)
children = []


@contextlib.contextmanager
def two_hosts():
    """A network namespace for the daemon and its backends, and one for clients."""
    names = [f"flows-{side}-{os.getpid()}" for side in ("server", "client")]
    server, client = names
    ip = lambda line: subprocess.run(["ip", *line.split()], check=True)
    try:
        for name in names:
            ip(f"netns add {name}")
            ip(f"-n {name} link set lo up")
        ip(f"link add fl0 netns {server} type veth peer name fl1 netns {client}")
        ip(f"-n {server} addr add {SERVER}/16 dev fl0")
        for i in range(32):
            ip(f"-n {client} addr add 10.99.1.{1 + i}/16 dev fl1")
        ip(f"-n {server} link set fl0 up")
        ip(f"-n {client} link set fl1 up")
        yield ["ip", "netns", "exec", server], ["ip", "netns", "exec", client]
    finally:
        for c in children:
            c.terminate()
            c.wait(10)
        for name in names:
            subprocess.run(["ip", "netns", "del", name])


def spawn(argv, files=None, **kw):
    """Starts a process that ends with this one, with so many descriptors at most."""
    def setup():
        LIBC.prctl(1, signal.SIGTERM)
        if files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    p = subprocess.Popen(argv, preexec_fn=setup, text=True, **kw)
    children.append(p)
    return p


def status(pid, field):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith(field + ":"))


def slab():
    with open("/proc/meminfo") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("Slab:"))


def cpu(pid):
    with open(f"/proc/{pid}/stat") as f:
        words = f.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def listener(work):
    out = subprocess.run([f"{HOME}/weir", "--socket", f"{work}/admin.sock", "listener", "show", "held", "-o", "json"],
                         capture_output=True, text=True, check=True).stdout
    return json.loads(out)["status"]


def drops(work):
    """Datagrams that went nowhere, by the reason, from the daemon's metrics."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(f"{work}/admin.sock")
        s.sendall(b"GET /v1/metrics HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n")
        text = b"".join(iter(lambda: s.recv(65536), b"")).decode()
    found = re.findall(r'reason="dropped: ([^"]*)".*\} ([0-9.e+]+)$', text, re.M)
    return {reason: int(float(count)) for reason, count in found if float(count)}


def start(work, a, server):
    backends = "".join(f"      b{i}: {{address: \"127.0.0.1:{FIRST_BACKEND + i}\"}}\n" for i in range(a.backends))
    with open(f"{work}/node.yaml", "w") as f:
        f.write(f"name: flows\ntransport: {a.transport}\nadmin: {{socket: {work}/admin.sock}}\nstate: {work}/state\n")
    with open(f"{work}/weir.yaml", "w") as f:
        f.write("version: 1\npools:\n  held:\n    algorithm: round-robin\n    healthCheck: none\n    backends:\n" + backends
                + f"listeners:\n  held: {{protocol: udp, bind: \"{SERVER}:{PORT}\", pool: held, idleTimeout: 60s}}\n")
    log = open(f"{work}/log", "w")
    daemon = spawn([*server, f"{HOME}/weir", "serve", "--node", f"{work}/node.yaml", "--config", f"{work}/weir.yaml"],
                   files=a.files, stdout=log, stderr=log)
    end = time.monotonic() + 60
    while not os.path.exists(f"{work}/admin.sock"):
        if daemon.poll() is not None or time.monotonic() > end:
            raise SystemExit(open(f"{work}/log").read())
        time.sleep(0.1)
    time.sleep(2)
    return daemon


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--secs", type=float, default=60)
    p.add_argument("--every", type=float, default=15, help="seconds between the questions of a flow")
    p.add_argument("--backends", type=int, default=4)
    p.add_argument("--files", type=int, default=resource.getrlimit(resource.RLIMIT_NOFILE)[1], help="the daemon's descriptors")
    p.add_argument("--transport", default="auto")
    a = p.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with tempfile.TemporaryDirectory() as work, two_hosts() as (server, client):
        subprocess.run(["gcc", "-O2", "-o", f"{work}/rigtool", f"{HERE}/../rig/rigtool.c"], check=True)
        for i in range(a.backends):
            spawn([*server, f"{work}/rigtool", "uecho", "127.0.0.1", str(FIRST_BACKEND + i)])
        daemon = start(work, a, server)
        fresh, slab_before = status(daemon.pid, "VmRSS"), slab()
        wanted = a.files * a.backends
        clients = []
        for i, first in enumerate(range(0, wanted, PER_CLIENT)):
            clients.append(spawn([*client, f"{work}/rigtool", "uhold", SERVER, str(PORT), str(min(PER_CLIENT, wanted - first)),
                                  f"10.99.1.{1 + i}", str(a.every), str(a.secs)], files=hard, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            kept = json.loads(clients[-1].stdout.readline())["kept"]
            print(f"client {i}: {kept} flows are answered", flush=True)
        rss, begun = status(daemon.pid, "VmRSS"), cpu(daemon.pid)
        for c in clients:
            c.stdin.write("\n")
            c.stdin.flush()
        results = [json.loads(c.stdout.readline()) for c in clients]
        spent = cpu(daemon.pid) - begun
        shown = listener(work)
        flows = shown["connections"]
        total = {key: sum(r[key] for r in results) for key in results[0]}
        print(json.dumps({"flows": flows, **total, "descriptors": len(os.listdir(f"/proc/{daemon.pid}/fd")),
                          "rssFreshKiB": fresh, "rssHeldKiB": rss, "rssLaterKiB": status(daemon.pid, "VmRSS"),
                          "slabAddedKiB": slab() - slab_before, "cpuSeconds": round(spent, 2),
                          "drops": drops(work)}))


if __name__ == "__main__":
    main()
