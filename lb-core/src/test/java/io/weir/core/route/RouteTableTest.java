package io.weir.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Route;
import io.weir.core.model.Route.PathMatch;
import io.weir.core.model.Route.PathMatch.Any;
import io.weir.core.model.Route.PathMatch.Exact;
import io.weir.core.model.Route.PathMatch.Prefix;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private final List<Route> routes = new ArrayList<>();

    @Test
    void anEmptyTableMatchesNothing() {
        assertThat(RouteTable.EMPTY.size()).isZero();
        assertThat(match(RouteTable.EMPTY, "shop.example", "/")).isEqualTo(RouteTable.NONE);
    }

    @Test
    void aHostMatchesInAnyCase() {
        route(List.of("shop.example"), new Any());

        assertMatches("SHOP.Example", "/");
        assertNoMatch("shop.example.org", "/");
        assertNoMatch("xshop.example", "/");
        assertNoMatch("shop_example", "/");
        assertNoMatch("", "/");
    }

    @Test
    void onlyLettersFoldTheirCase() {
        route(List.of("a-b_c.example"), new Any());

        assertMatches("A-B_C.EXAMPLE", "/");
        assertNoMatch("A\rB_C.EXAMPLE", "/");
    }

    @Test
    void aWildcardMatchesEveryNameBelowButNotTheNameItself() {
        route(List.of("*.shop.example"), new Any());

        assertMatches("www.shop.example", "/");
        assertMatches("a.b.SHOP.example", "/");
        assertNoMatch("shop.example", "/");
        assertNoMatch(".shop.example", "/");
        assertNoMatch("wwwshop.example", "/");
    }

    @Test
    void anyOfSeveralHostsWillDo() {
        route(List.of("a.example", "*.b.example", "[::1]"), new Any());

        assertMatches("a.example", "/");
        assertMatches("x.b.example", "/");
        assertMatches("[::1]", "/");
        assertNoMatch("c.example", "/");
    }

    @Test
    void aPrefixEndsAtABoundary() {
        route(List.of(), new Prefix("/cart"));

        assertMatches("any", "/cart");
        assertMatches("any", "/cart/");
        assertMatches("any", "/cart/1");
        assertNoMatch("any", "/carts");
        assertNoMatch("any", "/car");
        assertNoMatch("any", "/Cart");
        assertNoMatch("any", "/x/cart");
    }

    @Test
    void aSlashAtTheEndOfAPrefixIsTheBoundary() {
        route(List.of(), new Prefix("/cart/"));

        assertMatches("any", "/cart");
        assertMatches("any", "/cart/1");
        assertNoMatch("any", "/carts");
    }

    @Test
    void theRootAsAPrefixIsEveryPathThatStartsWithASlash() {
        route(List.of(), new Prefix("/"));

        assertMatches("any", "/");
        assertMatches("any", "/a/b");
        assertNoMatch("any", "*");
    }

    @Test
    void anExactPathIsThatPathOnly() {
        route(List.of(), new Exact("/cart"));

        assertMatches("any", "/cart");
        assertNoMatch("any", "/cart/");
        assertNoMatch("any", "/cart/1");
        assertNoMatch("any", "/car");
    }

    @Test
    void theFirstRouteThatMatchesWins() {
        route(List.of("shop.example"), new Exact("/cart"));
        route(List.of(), new Prefix("/cart"));
        route(List.of("*.example"), new Any());
        RouteTable table = new RouteTable(routes);

        assertThat(match(table, "shop.example", "/cart")).isZero();
        assertThat(match(table, "shop.example", "/cart/1")).isEqualTo(1);
        assertThat(match(table, "shop.example", "*")).isEqualTo(2);
        assertThat(match(table, "shop.test", "*")).isEqualTo(RouteTable.NONE);
        assertThat(table.route(2).name()).isEqualTo("route-2");
    }

    private void route(List<String> hosts, PathMatch path) {
        routes.add(new Route("route-" + routes.size(), hosts, path, "shop", Optional.empty()));
    }

    private void assertMatches(String host, String path) {
        assertThat(match(new RouteTable(routes), host, path)).as("%s%s", host, path).isZero();
    }

    private void assertNoMatch(String host, String path) {
        assertThat(match(new RouteTable(routes), host, path)).as("%s%s", host, path).isEqualTo(RouteTable.NONE);
    }

    /** Matches in the midst of other bytes, which must not matter. */
    static int match(RouteTable table, String host, String path) {
        byte[] head = ("/.a" + host + ".:/" + path + "/a.").getBytes(StandardCharsets.ISO_8859_1);
        return table.match(head, 3, host.length(), 3 + host.length() + 3, path.length());
    }
}
