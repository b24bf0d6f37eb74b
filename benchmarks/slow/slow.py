#!/usr/bin/env python3
"""What clients that do not read cost the kernel: bytes in the proxy's own sockets, and in the pipes that it holds. See ../README.md.

    ./slow.py weir-l4 weir-l4:offload=off haproxy-l4:splice=1        20 readers each, one target after the other

Targets are the rig's. Weir is started from the checkout that WEIR_HOME names, or from this one; let `./weir version` build it first.
"""
import argparse, os, re, signal, socket, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
RIG = os.path.join(os.path.dirname(HERE), "rig")
BACKEND, HTTP, ECHO, BULK = 15900, 15901, 15902, 15903


def backend():
    """Sends to every connection for as long as it takes anything."""
    listening = socket.create_server(("127.0.0.1", BACKEND), backlog=1024)
    chunk = bytes(1 << 20)

    def send(connection):
        try:
            while True:
                connection.sendall(chunk)
        except OSError:
            connection.close()

    while True:
        threading.Thread(target=send, args=(listening.accept()[0],), daemon=True).start()


def start(target, work):
    name, _, options = target.partition(":")
    env = dict(os.environ, RIG_HOME=RIG, RIG_WORK=work, RIG_THREADS="1", RIG_MAXCONN="5000",
               RIG_HTTP_BACKENDS=f"127.0.0.1:{BACKEND}", RIG_ECHO_BACKEND=f"127.0.0.1:{BACKEND}", RIG_BULK_BACKEND=f"127.0.0.1:{BACKEND}",
               RIG_L4_HTTP_PORT=str(HTTP), RIG_L4_ECHO_PORT=str(ECHO), RIG_L4_BULK_PORT=str(BULK))
    for option in filter(None, options.split(",")):
        key, _, value = option.partition("=")
        env["OPT_" + key] = value
    with open(os.path.join(work, "log"), "w") as log:
        process = subprocess.Popen(["bash", os.path.join(RIG, "targets", name + ".sh")], env=env, stdout=log, stderr=log)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", BULK), 1).close()
            return process
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{target} does not listen; see {work}/log")


def sockets(pid):
    """Bytes in the receive and send queues of a process, as ss(8) has them: r and w of skmem."""
    received = sent = 0
    lines = subprocess.run(["ss", "-tnmpOH", "state", "established"], capture_output=True, text=True, check=True).stdout
    for line in lines.splitlines():
        memory = re.search(r"skmem:\(r(\d+),rb\d+,t\d+,tb\d+,f\d+,w(\d+)", line)
        if memory and f"pid={pid}," in line:
            received, sent = received + int(memory[1]), sent + int(memory[2])
    return received, sent


def pipes(pid):
    """Pipes of a process that hold bytes."""
    found = 0
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            found += os.readlink(f"/proc/{pid}/fd/{fd}").startswith("pipe:")
        except OSError:
            pass
    return found // 2


def tcp_pages():
    with open("/proc/net/sockstat") as stat:
        return int(re.search(r"TCP:.* mem (\d+)", stat.read())[1])


def read(clients, seconds, rate):
    """Lets each client read so many bytes a second, in pieces, or nothing."""
    end = time.monotonic() + seconds
    total = 0
    while time.monotonic() < end:
        for client in clients:
            if rate:
                total += len(client.recv(rate // 20))
        time.sleep(0.05)
    return total


def measure(target, readers, rate, seconds):
    with tempfile.TemporaryDirectory() as work:
        before = tcp_pages()
        process = start(target, work)
        clients = [socket.create_connection(("127.0.0.1", BULK)) for _ in range(readers)]
        read(clients, seconds, rate)
        received, sent = sockets(process.pid)
        host = (tcp_pages() - before) * 4096
        mib = 1 << 20
        print(f"{target:34} {readers} readers of {rate} B/s: in its receive queues {received / mib / readers:6.2f} MiB each, "
              f"send queues {sent / mib / readers:6.2f}, pipes {pipes(process.pid)}; TCP memory of the host {host / mib / readers:6.2f}", flush=True)
        for client in clients:
            client.close()
        process.send_signal(signal.SIGKILL)
        process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="+")
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--rate", type=int, default=0, help="bytes a second that each reads")
    parser.add_argument("--secs", type=float, default=4)
    options = parser.parse_args()
    threading.Thread(target=backend, daemon=True).start()
    for target in options.targets:
        measure(target, options.readers, options.rate, options.secs)


if __name__ == "__main__":
    main()
