package io.weir.net;

import java.nio.ByteBuffer;
import java.time.Duration;

/** The PROXY header that a trusted source must send first: from then on the connection is the client's that it names. */
public final class ProxyPreface implements Preface {
    /** The specification wants at least 3 s, one lost segment. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Result REFUSED = new Result.Refused(CloseReason.BAD_PREFACE);

    private final RelayConnection connection;

    /** @param connection from a source that must send the header */
    public ProxyPreface(RelayConnection connection) {
        this.connection = connection;
    }

    @Override
    public int maxBytes() {
        return ProxyHeaderDecoder.VERSION_2_BYTES;
    }

    @Override
    public Duration timeout() {
        return TIMEOUT;
    }

    @Override
    public Result read(ByteBuffer received) {
        return switch (ProxyHeaderDecoder.decode(received)) {
            case ProxyHeaderDecoder.Result.More _ -> Result.More.MORE;
            case ProxyHeaderDecoder.Result.Refused _ -> REFUSED;
            case ProxyHeaderDecoder.Result.Local(int bytes) -> new Result.Done(bytes);
            case ProxyHeaderDecoder.Result.Proxied(int bytes, var source, var destination) -> {
                connection.speaksFor(source, destination);
                yield new Result.Done(bytes);
            }
        };
    }
}
