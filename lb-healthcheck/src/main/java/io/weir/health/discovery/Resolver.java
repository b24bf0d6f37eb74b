package io.weir.health.discovery;

import java.net.InetAddress;
import java.util.List;

/** Asks one name server, or those of the host. Confined to one thread, which it blocks. */
interface Resolver extends AutoCloseable {
    /**
     * The addresses of a name.
     *
     * @param six whether AAAA records are asked for, else A
     */
    Records<InetAddress> addresses(String name, boolean six) throws InterruptedException;

    /** The service records of a name (RFC 2782). */
    Records<Service> services(String name) throws InterruptedException;

    @Override
    void close();

    /** What came of a question. */
    sealed interface Records<T> {
        /** @param ttlSeconds the smallest one of all records on the way */
        record Answered<T>(List<T> records, long ttlSeconds) implements Records<T> {
            public Answered {
                records = List.copyOf(records);
            }
        }

        /** There is such a name but no record of this type, or there is no such name (RFC 2308 2). */
        record None<T>(String cause) implements Records<T> {}

        /** No answer, or one that says nothing of the name. */
        record Unanswered<T>(String cause) implements Records<T> {}
    }

    /** One service record. */
    record Service(int priority, int weight, int port, String target) {}
}
