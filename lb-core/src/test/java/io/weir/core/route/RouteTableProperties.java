package io.weir.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Route;
import io.weir.core.model.Route.PathMatch;
import io.weir.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteTableProperties {
    @Test
    void theCompiledTableAgreesWithRulesWrittenOnStrings() {
        int[] found = new int[2];
        Seeded.rounds(2000, random -> {
            List<Route> routes = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                routes.add(new Route("r" + i, Stream.generate(() -> host(random)).limit(random.nextInt(3)).toList(), path(random), "p",
                        Optional.empty()));
            }
            RouteTable table = new RouteTable(routes);
            for (int i = 0; i < 50; i++) {
                String host = letters(random, "aA.b-", 4);
                String path = random.nextInt(20) == 0 ? "*" : "/" + letters(random, "a/b", 4);

                int match = RouteTableTest.match(table, host, path);

                assertThat(match).as("%s%s by %s", host, path, routes).isEqualTo(naive(routes, host, path));
                found[match < 0 ? 0 : 1]++;
            }
        });
        assertThat(found[0]).isGreaterThan(10_000);
        assertThat(found[1]).isGreaterThan(10_000);
    }

    private static int naive(List<Route> routes, String host, String path) {
        for (int i = 0; i < routes.size(); i++) {
            Route route = routes.get(i);
            boolean hostMatches = route.hosts().isEmpty()
                    || route.hosts().stream().anyMatch(h -> hostMatches(h, host.toLowerCase(Locale.ROOT)));
            if (hostMatches && pathMatches(route.path(), path)) {
                return i;
            }
        }
        return RouteTable.NONE;
    }

    private static boolean hostMatches(String wanted, String host) {
        return wanted.startsWith("*") ? host.endsWith(wanted.substring(1)) && host.length() >= wanted.length() : host.equals(wanted);
    }

    private static boolean pathMatches(PathMatch wanted, String path) {
        return switch (wanted) {
            case PathMatch.Any() -> true;
            case PathMatch.Exact(var exact) -> path.equals(exact);
            case PathMatch.Prefix(var prefix) -> (path + "/").startsWith(prefix.endsWith("/") ? prefix : prefix + "/");
        };
    }

    private static String host(RandomGenerator random) {
        return (random.nextBoolean() ? "*." : "") + "a" + letters(random, "a.b-", 2);
    }

    private static PathMatch path(RandomGenerator random) {
        String path = "/" + letters(random, "a/b", 3);
        return switch (random.nextInt(5)) {
            case 0 -> new PathMatch.Any();
            case 1 -> new PathMatch.Exact(path);
            default -> new PathMatch.Prefix(path);
        };
    }

    private static String letters(RandomGenerator random, String alphabet, int most) {
        StringBuilder letters = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            letters.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return letters.toString();
    }
}
