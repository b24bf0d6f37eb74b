package io.weir.cli.demo;

/** Where the demonstration's listeners are, each {@code 127.0.0.1:PORT}. Any thread may use it. */
record DemoListeners(String web, String edge, String webInternal, int adminPort) {
    static DemoListeners take(DemoPorts ports) {
        return new DemoListeners(local(ports.take()), local(ports.take()), local(ports.take()), ports.take());
    }

    String dashboard() {
        return "http://" + local(adminPort);
    }

    private static String local(int port) {
        return "127.0.0.1:" + port;
    }
}
