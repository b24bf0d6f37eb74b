package io.weir.core.health;

/**
 * Where data planes hand in what traffic taught them about a backend. Called on event loops: never blocks; a full queue drops the evidence
 * and counts it.
 */
public interface EvidenceSink {
    /**
     * A connection to {@code backend} could not be opened.
     *
     * @param inARow how many this loop has now seen fail without one success between
     */
    void connectFailed(BackendKey backend, ConnectFailure cause, int inARow);

    /**
     * A backend failed traffic so often in a row on one loop that a rule of its pool may eject it. Failed connects count here too, together with
     * what failed after a connect. To be called only when one of the counts has reached its threshold, or another multiple of it: a storm of
     * failures is a trickle of evidence.
     */
    void failed(BackendKey backend, FailuresInARow failures);

    /** Why a connection to a backend was not opened. */
    enum ConnectFailure {
        REFUSED("connect refused"), TIMED_OUT("connect timed out"), UNREACHABLE("host unreachable"), OTHER("connect failed");

        private final String text;

        ConnectFailure(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
