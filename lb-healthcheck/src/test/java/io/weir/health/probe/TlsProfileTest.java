package io.weir.health.probe;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.weir.core.model.TlsSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class TlsProfileTest {
    @Test
    void whatAHandshakeComesToAfterItsProbeHasClosedIsToldToNobody() throws Exception {
        var profile = new TlsProfile(TlsSettings.DEFAULT, false, Runnable::run);
        SslHandler handler = profile.handler(SslContextBuilder.forClient().build(), UnpooledByteBufAllocator.DEFAULT,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 443));
        var channel = new EmbeddedChannel(handler);
        ChannelHandlerContext context = channel.pipeline().context(handler);
        channel.releaseOutbound();
        var _ = channel.close();
        channel.runPendingTasks();
        channel.releaseOutbound();

        handler.exceptionCaught(context, new SSLHandshakeException("certificate has expired"));

        assertThatCode(channel::checkException).doesNotThrowAnyException();
    }
}
