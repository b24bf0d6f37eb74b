package io.weir.net.udp;

/** Why a datagram went nowhere. */
public enum Drop {
    /** It would have begun a flow, and the listener is being closed. */
    CLOSING("closing"),
    /** It did not begin with the PROXY header that its sender must send. */
    BAD_PREFACE("bad-preface"),
    /** The policy refused its flow, and knows why. */
    REFUSED("refused"),
    /** It would have begun a flow while the loop did not keep up or memory ran out. */
    OVERLOADED("overloaded"),
    /** Its flow found no backend. */
    NO_BACKEND("no-backend"),
    /** Its flow found no socket that is free towards the backend, and no descriptor or local port for another. */
    NO_PORT("no-port"),
    /** It was more than the listener's bandwidth. */
    BANDWIDTH("bandwidth"),
    /** The socket towards backends had no room for it. */
    BACKEND_BUSY("backend-busy"),
    /** The socket towards clients had no room for it. */
    CLIENT_BUSY("client-busy"),
    /** The kernel could not send it. */
    UNSENDABLE("unsendable"),
    /** It came back: nobody listens at the backend. */
    CAME_BACK("came-back"),
    /** It was not taken from the listener's socket in time. */
    UNRECEIVED("unreceived");

    private final String text;

    Drop(String text) {
        this.text = text;
    }

    /** The name in counters. */
    public String text() {
        return text;
    }
}
