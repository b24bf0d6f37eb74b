package io.weir.net;

/** The loop's interest in what can be read of a descriptor, edge-triggered. Confined to the loop. */
public interface ReadWatch {
    /** Whose descriptor it is. Called on the loop. */
    interface Owner {
        int descriptor();

        /** Something can be read; it is told once, and so all of it has to be. */
        void readable();

        /** The watch has ended, and nothing else refers to the descriptor: it can be closed. Called once. */
        void unwatched();
    }

    /** Ends the watch, now or with the loop's next turn; nothing happens if it has ended. */
    void end();
}
