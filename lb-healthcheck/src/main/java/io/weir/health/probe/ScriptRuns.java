package io.weir.health.probe;

import io.weir.net.Loop;
import java.util.ArrayDeque;
import java.util.Deque;

/** How many scripts run at once, and who waits. Confined to the probe loop. */
final class ScriptRuns {
    /** A script is a process or more; each that runs has a thread of the JDK besides, which waits for its end. */
    static final int MOST = 32;

    private final Loop loop;
    private final Deque<ScriptProbe> line = new ArrayDeque<>();
    private int running;

    ScriptRuns(Loop loop) {
        this.loop = loop;
    }

    Loop loop() {
        return loop;
    }

    void enter(ScriptProbe probe) {
        line.add(probe);
        admit();
    }

    /** Whether the probe still stood in line. */
    boolean leaveLine(ScriptProbe probe) {
        return line.remove(probe);
    }

    /** A script has ended. */
    void leave() {
        running--;
        admit();
    }

    private void admit() {
        while (running < MOST && !line.isEmpty()) {
            running++;
            line.remove().start();
        }
    }
}
