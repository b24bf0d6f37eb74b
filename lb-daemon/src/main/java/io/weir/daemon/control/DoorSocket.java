package io.weir.daemon.control;

import io.weir.net.ListeningSocket;

/** A socket of a listener's door. It is open for as long as the door is. */
public record DoorSocket(String listener, ListeningSocket socket) {}
