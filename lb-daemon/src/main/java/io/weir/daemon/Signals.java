package io.weir.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Calls back when the process is told to end. A shutdown hook would not do: it cannot be called a second time, and the JVM's exit code
 * would be 143. {@code sun.misc.Signal} is the JDK's only other way; it is reached by reflection because javac warns of its name. Any
 * thread.
 */
final class Signals {
    private Signals() {
    }

    /** Calls {@code handler} on a thread of the JVM for each signal with this name, such as {@code TERM}. */
    static void on(String signalName, Runnable handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (_, _, _) -> {
                handler.run();
                return null;
            };
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {signalHandler}, calls);
            signal.getMethod("handle", signal, signalHandler)
                .invoke(null, signal.getConstructor(String.class).newInstance(signalName), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM cannot handle SIG" + signalName, e);
        }
    }
}
