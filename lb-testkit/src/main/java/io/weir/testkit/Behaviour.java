package io.weir.testkit;

/** What a {@link RecordingBackend} does with a request, or an echo backend with a connection. */
public enum Behaviour {
    ANSWER,
    /** Answers and then closes without having said so in the answer, as a server does that runs into its keep-alive timeout. */
    ANSWER_AND_CLOSE,
    /** Closes in order instead of answering. */
    CLOSE,
    /** Resets instead of answering. */
    RESET,
    /** Reads everything and never answers. */
    SILENT
}
