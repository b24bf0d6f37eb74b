package io.weir.net.session;

import io.weir.core.telemetry.LoopCounter;
import io.weir.net.CloseReason;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The live connections of one loop, newest first. Confined to the loop but for {@link #count}. */
public final class SessionTable {
    private final LoopCounter count = new LoopCounter();

    private @Nullable LiveConnection newest;

    /** Adds a connection that stands in no table. */
    public void add(LiveConnection connection) {
        connection.next = newest;
        if (newest != null) {
            newest.previous = connection;
        }
        newest = connection;
        connection.openedNanos = System.nanoTime();
        count.increment();
    }

    /** Takes a connection out; it must stand here. */
    public void remove(LiveConnection connection) {
        LiveConnection before = connection.previous;
        LiveConnection after = connection.next;
        if (before == null) {
            newest = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        connection.previous = null;
        connection.next = null;
        count.add(-1);
    }

    /** Ends every connection that {@code doomed} accepts, and answers how many. */
    public int cut(Predicate<LiveConnection> doomed, CloseReason reason) {
        int cut = 0;
        LiveConnection connection = newest;
        while (connection != null) {
            // Cutting a connection takes it out of the list, and no other one.
            LiveConnection following = connection.next;
            if (doomed.test(connection)) {
                connection.cut(reason);
                cut++;
            }
            connection = following;
        }
        return cut;
    }

    /** Shows the connections that {@code filter} means to {@code visitor}, the newest first, until that has had enough and says false. */
    void visit(SessionFilter filter, Predicate<LiveConnection> visitor) {
        long nowNanos = System.nanoTime();
        for (LiveConnection connection = newest; connection != null; connection = connection.next) {
            if (filter.matches(connection, nowNanos) && !visitor.test(connection)) {
                return;
            }
        }
    }

    /** How many stand here; any thread. */
    public long count() {
        return count.get();
    }
}
