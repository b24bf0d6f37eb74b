package io.weir.net.udp;

/**
 * A local port towards backends, which one flow to each backend may have. Confined to its loop. It is closed when no flow
 * has had it for a while.
 */
abstract class UpstreamPort {
    private final int index;

    private int flows;

    private boolean used;

    UpstreamPort(int index) {
        this.index = index;
    }

    /** Its place among the ports of its loop and family. */
    final int index() {
        return index;
    }

    final void take() {
        flows++;
        used = true;
    }

    final void leave() {
        flows--;
    }

    /** Whether no flow has it, and none has had it since the last time that this was asked. */
    final boolean isForgotten() {
        boolean forgotten = flows == 0 && !used;
        used = false;
        return forgotten;
    }

    /** Closes its socket; answers that still come find nobody. */
    abstract void close();
}
