package io.weir.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Requests at a steady rate over keep-alive connections, from construction until closed. Any thread may call it. */
final class SteadyTraffic implements AutoCloseable {
    private static final int CLIENTS = 10;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HttpRequest request;
    private final long apartNanos;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger answered = new AtomicInteger();
    private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopped;

    /** A request that was not answered with 200, by the {@link System#nanoTime} at which it started. */
    record Failure(long startedNanos, String how) {}

    SteadyTraffic(String url, int requestsPerSecond) {
        this.request = HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build();
        this.apartNanos = Duration.ofSeconds(CLIENTS).toNanos() / requestsPerSecond;
        for (int i = 0; i < CLIENTS; i++) {
            threads.execute(this::send);
        }
    }

    int answered() {
        return answered.get();
    }

    /** Failures of requests that started within this time or after it. */
    List<Failure> failuresSince(long nanos) {
        return failures.stream().filter(failure -> failure.startedNanos() - nanos >= 0).toList();
    }

    @Override
    public void close() {
        stopped = true;
        threads.close();
        client.close();
    }

    private void send() {
        for (long dueNanos = System.nanoTime(); !stopped; dueNanos += apartNanos) {
            LockSupport.parkNanos(dueNanos - System.nanoTime());
            long startedNanos = System.nanoTime();
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
                count(startedNanos, status);
            } catch (IOException e) {
                failures.add(new Failure(startedNanos, e.toString()));
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void count(long startedNanos, int status) {
        if (status == 200) {
            answered.incrementAndGet();
        } else {
            failures.add(new Failure(startedNanos, "status " + status));
        }
    }
}
