package io.weir.core.model;

/** Whether the bytes of a TCP listener's connections may go from socket to socket inside the kernel. */
public enum Offload {
    /** Once a direction has proved to be bulk, and as long as it is. */
    AUTO,
    /** From the first long receive of a direction on. */
    SPLICE,
    /** Never: every byte passes through this process's memory. */
    OFF
}
