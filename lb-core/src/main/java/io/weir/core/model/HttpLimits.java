package io.weir.core.model;

/**
 * What one request may be at most.
 *
 * @param headerBytes of the head, request line included, 1 KiB..256 KiB, default 32 KiB: 431 beyond
 * @param targetBytes of the request target, 64..headerBytes, default 8 KiB: 414 beyond
 * @param headerFields number of field lines, 8..1000, default 100: 431 beyond
 * @param bodyBytes of a request's body, default 1 TiB: 413 beyond
 * @param requestsPerConnection then the client's connection is closed after the answer, default 10,000 (CLB-36 closes after 100)
 * @param streamsPerConnection requests of one HTTP/2 connection at once, 0..1000, default 100; 0: HTTP/2 is not spoken
 * @param minimumBodyRate bytes a second that a client must send or take of a body, on average, default 500; 0: no minimum: 408, or a cut connection
 */
public record HttpLimits(int headerBytes, int targetBytes, int headerFields, long bodyBytes, int requestsPerConnection,
        int streamsPerConnection, long minimumBodyRate) {
    public static final HttpLimits DEFAULT = new HttpLimits(32 << 10, 8 << 10, 100, 1L << 40, 10_000, 100, 500);

    /** With the minimum rate of {@link #DEFAULT}. */
    public HttpLimits(int headerBytes, int targetBytes, int headerFields, long bodyBytes, int requestsPerConnection,
            int streamsPerConnection) {
        this(headerBytes, targetBytes, headerFields, bodyBytes, requestsPerConnection, streamsPerConnection, 500);
    }

    public HttpLimits {
        range("headerBytes", headerBytes, 1 << 10, 256 << 10);
        range("targetBytes", targetBytes, 64, headerBytes);
        range("headerFields", headerFields, 8, 1000);
        range("bodyBytes", bodyBytes, 0, Long.MAX_VALUE);
        range("requestsPerConnection", requestsPerConnection, 1, Integer.MAX_VALUE);
        range("streamsPerConnection", streamsPerConnection, 0, 1000);
        range("minimumBodyRate", minimumBodyRate, 0, 1 << 20);
    }

    private static void range(String name, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " is " + value + ", want " + low + ".." + high);
        }
    }
}
