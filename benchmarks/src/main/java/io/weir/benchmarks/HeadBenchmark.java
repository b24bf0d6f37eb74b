package io.weir.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.core.model.Route;
import io.weir.core.model.Route.PathMatch;
import io.weir.core.route.RouteTable;
import io.weir.l7.filter.ForwardedFields;
import io.weir.l7.filter.HopByHop;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.guard.Verdict;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.HeadScanner;
import io.weir.l7.head.HeadWriter;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Scan;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a request's head costs on its way through: scanned, judged, routed, patched and written for the backend. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class HeadBenchmark {
    private static final byte[] LINE_END = Ascii.bytes("\r\n");
    private static final String TOOL = """
            GET /cart/17?full=1 HTTP/1.1
            Host: shop.example

            """;
    private static final String BROWSER = """
            GET /cart/17?full=1 HTTP/1.1
            Host: shop.example
            Connection: keep-alive
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
            Accept-Language: en-GB,en;q=0.8,zh-CN;q=0.6
            Accept-Encoding: gzip, deflate, br, zstd
            Referer: https://shop.example/cart
            Cookie: session=f3b1c0d29a7e4d52; theme=dark; seen=17,18,19,20
            Upgrade-Insecure-Requests: 1
            Sec-Fetch-Dest: document
            Sec-Fetch-Mode: navigate
            Sec-Fetch-Site: same-origin
            Priority: u=0, i

            """;

    /** Two lines as wrk sends them, or what a browser sends. */
    @Param({"tool", "browser"})
    private String request = "";

    private final HeadScanner scanner = HeadScanner.ofRequests(new MessageHead(2048), HeadLimits.REQUEST);
    private final RequestGuard guard = new RequestGuard();
    private final HopByHop hopByHop = new HopByHop();
    private final HeadWriter writer = new HeadWriter();
    private final ForwardedFields forwarded = new ForwardedFields(loopback(40_000), loopback(80));
    private final RouteTable routes = tenRoutes();
    private ByteBuf in = Unpooled.EMPTY_BUFFER;

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** The last one matches. */
    private static RouteTable tenRoutes() {
        return new RouteTable(IntStream.range(0, 10)
            .mapToObj(i -> new Route("r" + i, List.of("*.example"), new PathMatch.Prefix(i == 9 ? "/cart" : "/part-" + i), "shop",
                    Optional.empty()))
            .toList());
    }

    @Setup
    public void receive() {
        byte[] bytes = Ascii.bytes((request.equals("tool") ? TOOL : BROWSER).replace("\n", "\r\n"));
        in = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
        if (parseAndPatch() <= bytes.length || route() != 9) {
            throw new IllegalStateException("the request did not come through");
        }
    }

    @TearDown
    public void release() {
        in.release();
    }

    /** From received bytes to an offset table. */
    @Benchmark
    public MessageHead parse() {
        in.readerIndex(0);
        scanner.reset(HeadLimits.REQUEST);
        if (scanner.scan(in) != Scan.COMPLETE) {
            throw new IllegalStateException("incomplete");
        }
        return scanner.head();
    }

    /** From received bytes to those that the backend gets. */
    @Benchmark
    public int parseAndPatch() {
        MessageHead head = parse();
        if (guard.judge(head, Long.MAX_VALUE) != Verdict.OK) {
            throw new IllegalStateException("refused");
        }
        hopByHop.stripRequest(head);
        writer.clear();
        writer.requestLine(head).fields(head);
        forwarded.write(writer, head);
        return writer.raw(LINE_END).length();
    }

    /** Ten routes, the last of which matches. */
    @Benchmark
    public int route() {
        MessageHead head = scanner.head();
        int host = guard.hostField();
        int pathLength = "/cart/17".length();
        return routes.match(head.bytes(), head.valueAt(host), guard.hostEnd(head) - head.valueAt(host), head.targetAt(), pathLength);
    }
}
