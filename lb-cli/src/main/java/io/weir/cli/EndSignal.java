package io.weir.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits to be told to end by SIGTERM or SIGINT, where a command has something to do before it does: a shutdown hook would leave it the exit
 * code 143. {@code sun.misc.Signal} is reached by reflection because javac warns of its name. Any thread.
 */
final class EndSignal {
    private final CountDownLatch told = new CountDownLatch(1);

    private EndSignal() {}

    /** From now on neither signal ends the process by itself. */
    static EndSignal heard() {
        var signal = new EndSignal();
        signal.handle("TERM");
        signal.handle("INT");
        return signal;
    }

    /** Whether it came before {@code limit} was over. */
    boolean within(Duration limit) {
        try {
            return told.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void handle(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (_, _, _) -> {
                told.countDown();
                return null;
            };
            Object proxy = Proxy.newProxyInstance(EndSignal.class.getClassLoader(), new Class<?>[] {handler}, calls);
            signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM cannot handle SIG" + name, e);
        }
    }
}
