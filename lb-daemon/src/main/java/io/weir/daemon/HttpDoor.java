package io.weir.daemon;

import io.weir.daemon.control.Door;
import io.weir.l7.exchange.HttpCounters;
import io.weir.l7.listener.HttpListener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** The door of an HTTP listener. Any thread. */
record HttpDoor(HttpListener listener) implements Door {
    @Override
    public InetSocketAddress address() {
        return listener.address();
    }

    @Override
    public Traffic traffic() {
        return new Traffic(listener.open(), sum(HttpCounters::opened), sum(HttpCounters::overLimit), sum(HttpCounters::requests), 0, 0);
    }

    private long sum(ToLongFunction<HttpCounters> counter) {
        return listener.counters().stream().mapToLong(counter).sum();
    }

    @Override
    public CompletableFuture<Void> close(Duration grace) {
        CompletableFuture<Void> closed = listener.stopAccepting();
        if (grace.isZero()) {
            listener.closeConnections();
        } else {
            listener.drain();
            CompletableFuture.delayedExecutor(grace.toNanos(), TimeUnit.NANOSECONDS).execute(listener::closeConnections);
        }
        return closed;
    }
}
