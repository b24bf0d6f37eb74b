package io.weir.health.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.Probe;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * One HTTP/1.1 request, judged by the status of its answer as soon as the answer's head is whole (CLB-20). The body is not judged; what
 * comes of it is read and dropped, up to a limit. Confined to the probe loop.
 */
final class HttpProbe implements ProbeConversation {
    private static final int HTTP_PORT = 80;

    private final Probe.Http settings;
    private final InetSocketAddress address;
    private final AnswerHead head = new AnswerHead();

    HttpProbe(Probe.Http settings, InetSocketAddress address) {
        this.settings = settings;
        this.address = address;
    }

    @Override
    public void connected(ProbeConnection connection) {
        connection.send(request());
    }

    private String request() {
        return settings.method() + " " + settings.path() + " HTTP/1.1\r\n" //
                + "Host: " + settings.host().orElseGet(this::hostOfAddress) + "\r\n" //
                + "User-Agent: weir-health-check\r\n" //
                + "Accept: */*\r\n" //
                + "Connection: close\r\n\r\n";
    }

    private String hostOfAddress() {
        String literal = address.getAddress().getHostAddress();
        String host = address.getAddress() instanceof Inet6Address ? "[" + literal + "]" : literal;
        return address.getPort() == HTTP_PORT ? host : host + ":" + address.getPort();
    }

    @Override
    public void received(ByteBuf bytes, ProbeConnection connection) {
        switch (head.add(ByteBufUtil.getBytes(bytes))) {
            case AnswerHead.Incomplete _ -> {
            }
            case AnswerHead.Malformed(String problem) -> connection.fail(Cause.BAD_ANSWER, problem);
            case AnswerHead.Status(int code) when settings.expect().contains(code) -> connection.pass();
            case AnswerHead.Status(int code) -> connection.fail(Cause.WRONG_STATUS,
                    "status " + code + ", want " + String.join(" or ", settings.expect().text()));
        }
    }

    @Override
    public void closedByPeer(ProbeConnection connection) {
        if (head.isEmpty()) {
            connection.fail(Cause.CLOSED, Cause.CLOSED.text());
        } else {
            connection.fail(Cause.BAD_ANSWER, "closed within the answer's head");
        }
    }
}
