package io.weir.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterTest {
    private final Router router = new Router(List.of(
            Endpoint.get("/v1/pools/{pool}/backends/{backend}", "One.",
                    r -> Response.text("text/plain", r.name("pool") + " " + r.name("backend"))),
            Endpoint.get("/v1/routes/test", "Fixed.", _ -> Response.text("text/plain", "fixed")),
            Endpoint.get("/v1/routes/{route}", "Chosen.", r -> Response.text("text/plain", r.name("route"))),
            Endpoint.command("DELETE", "/v1/routes/{route}", "Removes.", _ -> {
                throw new IllegalStateException("a fault");
            })));

    @Test
    void segmentsInBracesAreTakenFromThePathDecoded() throws InterruptedException {
        assertThat(body("GET", "/v1/pools/shop/backends/i%2D01")).isEqualTo("shop i-01");
        assertThat(body("GET", "/v1/pools/a+b/backends/x")).isEqualTo("a+b x");
    }

    @Test
    void theFirstEndpointThatMatchesAnswers() throws InterruptedException {
        assertThat(body("GET", "/v1/routes/test")).isEqualTo("fixed");
        assertThat(body("GET", "/v1/routes/other")).isEqualTo("other");
    }

    @Test
    void anotherMethodIsToldWhichThereAre() throws InterruptedException {
        var answer = (Response.Whole) router.answer(request("PUT", "/v1/routes/other", Map.of()));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("allow", "DELETE, GET");
    }

    @Test
    void aPathThatNobodyServesIsNotFound() throws InterruptedException {
        assertThat(router.answer(request("GET", "/v1/routes/", Map.of())).status()).isEqualTo(200);
        assertThat(router.answer(request("GET", "/v1/pools/shop", Map.of())).status()).isEqualTo(404);
        assertThat(router.answer(request("GET", "/v1/pools/shop%zz/backends/x", Map.of())).status()).isEqualTo(400);
    }

    @Test
    void aParameterWithASlipIsRefused() throws InterruptedException {
        assertThat(router.answer(request("GET", "/v1/routes/test", Map.of("dryRun", List.of("true")))).status()).isEqualTo(400);
    }

    @Test
    void aFaultOfOurOwnIsAnAnswerToo() throws InterruptedException {
        assertThat(router.answer(request("DELETE", "/v1/routes/x", Map.of())).status()).isEqualTo(500);
    }

    private String body(String method, String path) throws InterruptedException {
        return ((Response.Whole) router.answer(request(method, path, Map.of()))).body();
    }

    private static Request request(String method, String path, Map<String, List<String>> query) {
        return new Request(method, path, query, new DefaultHttpHeaders(), "", Map.of(), "test");
    }
}
