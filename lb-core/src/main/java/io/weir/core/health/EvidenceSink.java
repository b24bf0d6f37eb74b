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
