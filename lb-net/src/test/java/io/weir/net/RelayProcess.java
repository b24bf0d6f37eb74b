package io.weir.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A process that relays to one backend until it is killed: {@code RelayProcess TRANSPORT BACKEND_PORT}. */
final class RelayProcess {
    private RelayProcess() {}

    public static void main(String[] arguments) throws Exception {
        var loopback = InetAddress.getLoopbackAddress();
        var backend = new InetSocketAddress(loopback, Integer.parseInt(arguments[1]));
        EventLoops loops = EventLoops.start(Transport.valueOf(arguments[0]), 1);
        var policy = RecordingPolicy.to(backend);
        Listening listening = RelayListener.open(loops, new InetSocketAddress(loopback, 0), 1024, _ -> policy);
        System.out.println("listening on " + listening.address().getPort());
    }
}
