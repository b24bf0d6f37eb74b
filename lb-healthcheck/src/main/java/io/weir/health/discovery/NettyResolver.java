package io.weir.health.discovery;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import io.weir.core.health.DurationText;
import io.weir.net.EventLoops;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks through Netty's resolver on the probe loop: UDP, and TCP for an answer that does not fit (RFC 7766). Its caches are not used, since
 * {@link DnsSource} asks when a record's time is over and not before. Names are taken as they are: neither search domains nor the hosts file.
 */
final class NettyResolver implements Resolver {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** Questions until one is answered; each goes to the next server of the host. */
    private static final int TRIES = 3;
    /** Canonical names that one answer may go through. */
    private static final int MOST_ALIASES = 8;
    /** Priority, weight and port (RFC 2782) before the target. */
    private static final int SERVICE_BYTES = 6;

    private final DnsNameResolver resolver;

    NettyResolver(EventLoops loops, Optional<InetSocketAddress> server) {
        DnsServerAddressStreamProvider servers = server
            .<DnsServerAddressStreamProvider>map(SingletonDnsServerAddressStreamProvider::new)
            .orElseGet(DnsServerAddressStreamProviders::platformDefault);
        InetSocketAddress peer = server.orElseGet(() -> servers.nameServerAddressStream("").next());
        resolver = new DnsNameResolverBuilder(loops.probe().eventLoop())
            .datagramChannelFactory(() -> loops.transport().newDatagramChannel(peer))
            .socketChannelFactory(loops.transport()::newClientChannel)
            .nameServerProvider(servers)
            .queryTimeoutMillis(TIMEOUT.toMillis())
            .build();
    }

    @Override
    public Records<InetAddress> addresses(String name, boolean six) throws InterruptedException {
        return records(name, six ? DnsRecordType.AAAA : DnsRecordType.A, NettyResolver::address);
    }

    @Override
    public Records<Service> services(String name) throws InterruptedException {
        return records(name, DnsRecordType.SRV, NettyResolver::service);
    }

    @Override
    public void close() {
        resolver.close();
    }

    private <T> Records<T> records(String name, DnsRecordType type, Function<ByteBuf, @Nullable T> read) throws InterruptedException {
        var question = new DefaultDnsQuestion(name, type);
        Records<T> last = new Records.Unanswered<>("not asked");
        for (int tries = 0; tries < TRIES && last instanceof Records.Unanswered<T>; tries++) {
            last = ask(question, read);
        }
        return last;
    }

    private <T> Records<T> ask(DefaultDnsQuestion question, Function<ByteBuf, @Nullable T> read) throws InterruptedException {
        Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> asked = resolver.query(question).await();
        if (!asked.isSuccess()) {
            return new Records.Unanswered<>(text(question) + ": " + cause(asked.cause()));
        }
        var answer = asked.getNow();
        try {
            return judged(question, answer.content(), read);
        } finally {
            answer.release();
        }
    }

    /** The same words for the same fault: Netty's own hold the number of the question. */
    private static String cause(@Nullable Throwable failure) {
        if (failure == null) {
            return "cancelled";
        }
        if (failure instanceof DnsNameResolverTimeoutException) {
            return "no answer within " + DurationText.of(TIMEOUT);
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message.lines().findFirst().orElse("");
    }

    private static String text(DefaultDnsQuestion question) {
        return question.type().name() + " of " + question.name();
    }

    private static <T> Records<T> judged(DefaultDnsQuestion question, DnsResponse response, Function<ByteBuf, @Nullable T> read) {
        String asked = text(question);
        if (response.code().equals(DnsResponseCode.NXDOMAIN)) {
            return new Records.None<>(asked + ": there is no such name (NXDOMAIN)");
        }
        if (!response.code().equals(DnsResponseCode.NOERROR)) {
            return new Records.Unanswered<>(asked + ": the name server answered " + response.code());
        }
        if (response.isTruncated()) {
            return new Records.Unanswered<>(asked + ": the answer was cut short");
        }
        return collected(question, response, asked, read);
    }

    private static <T> Records<T> collected(DefaultDnsQuestion question, DnsResponse response, String asked,
            Function<ByteBuf, @Nullable T> read) {
        Named named = aliases(question.name(), response);
        List<T> records = new ArrayList<>();
        long ttlSeconds = named.ttlSeconds();
        for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
            DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
            if (record.type().equals(question.type()) && same(record.name(), named.name()) && record instanceof DnsRawRecord raw) {
                T value = read.apply(raw.content().duplicate());
                if (value == null) {
                    return new Records.Unanswered<>(asked + ": the name server sent a malformed record");
                }
                records.add(value);
                ttlSeconds = Math.min(ttlSeconds, record.timeToLive());
            }
        }
        return records.isEmpty() ? new Records.None<>(asked + ": no such record") : new Records.Answered<>(records, ttlSeconds);
    }

    /** Where the canonical names of an answer lead. */
    private record Named(String name, long ttlSeconds) {}

    private static Named aliases(String asked, DnsResponse response) {
        Named named = new Named(asked, Integer.MAX_VALUE);
        for (int hops = 0; hops < MOST_ALIASES; hops++) {
            Optional<Named> next = alias(named, response);
            if (next.isEmpty()) {
                return named;
            }
            named = next.get();
        }
        return named;
    }

    private static Optional<Named> alias(Named from, DnsResponse response) {
        for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
            DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
            if (record.type().equals(DnsRecordType.CNAME) && same(record.name(), from.name()) && record instanceof DnsRawRecord raw) {
                String target = DefaultDnsRecordDecoder.decodeName(raw.content().duplicate());
                return Optional.of(new Named(target, Math.min(from.ttlSeconds(), record.timeToLive())));
            }
        }
        return Optional.empty();
    }

    /** Without regard to case (RFC 4343) and to the dot of the root. */
    private static boolean same(String one, String other) {
        return plain(one).equals(plain(other));
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static @Nullable InetAddress address(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException _) {
            return null;
        }
    }

    private static @Nullable Service service(ByteBuf content) {
        if (content.readableBytes() <= SERVICE_BYTES) {
            return null;
        }
        int priority = content.readUnsignedShort();
        int weight = content.readUnsignedShort();
        int port = content.readUnsignedShort();
        return new Service(priority, weight, port, plain(DefaultDnsRecordDecoder.decodeName(content)));
    }
}
