package io.weir.daemon.control;

import java.net.InetSocketAddress;
import java.util.List;

/** What became of a {@link Proposal}. Immutable, any thread. */
public sealed interface Outcome {
    /**
     * It is durable, published, and the listeners' doors followed.
     *
     * @param warnings such as a door that could not be opened after all
     */
    record Committed(InForce now, List<String> warnings) implements Outcome {
        public Committed {
            warnings = List.copyOf(warnings);
        }
    }

    /** Somebody else was first: {@code now} is in force and nothing was changed. */
    record Overtaken(InForce now) implements Outcome {}

    /** Addresses that it asks for cannot be bound here; nothing was changed. */
    record Unbindable(List<Refusal> refusals) implements Outcome {
        public Unbindable {
            refusals = List.copyOf(refusals);
        }

        /** One listener's address and why the kernel refused it. */
        public record Refusal(String listener, InetSocketAddress address, String cause) {}
    }

    /** It could not be made durable; the old revision stays in force. */
    record NotStored(String cause) implements Outcome {}

    /** The daemon is shutting down; nothing was changed. */
    record Stopping() implements Outcome {}
}
