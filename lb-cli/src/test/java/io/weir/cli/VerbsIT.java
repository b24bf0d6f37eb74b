package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every verb asks of the API and what it prints. */
class VerbsIT {
    private static final String DONE = "{\"revision\":7,\"warnings\":[]}";
    private static final String BACKEND = """
            {"pool":"shop","name":"i-01","address":"10.0.1.1:8080","zone":"zone-a","weight":100,"state":"unhealthy","cause":"refused",\
            "since":"2026-01-01T00:00:00Z","by":"check","connections":0,"adminState":"enabled","tier":"primary","source":"static"}""";

    private FakeDaemon daemon;

    @BeforeEach
    void startDaemon() {
        daemon = FakeDaemon.start();
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    @Test
    void listenerAddCreatesAndOnlyCreates() {
        daemon.answer("PUT /v1/listeners/web", 201, DONE);

        Ran ran = weir("listener add web --protocol http --bind :8080 --pool shop");

        assertThat(ran).isEqualTo(new Ran(0, "listener web: done, revision 7\n", ""));
        FakeDaemon.Asked asked = daemon.asked().getFirst();
        assertThat(asked.body()).isEqualTo("{\"protocol\":\"http\",\"bind\":\":8080\",\"pool\":\"shop\"}");
        assertThat(asked.fields()).contains("If-None-Match: *").contains("Content-Type: application/json");
    }

    @Test
    void poolAddSpellsZonesAndHealthChecks() {
        daemon.answer("PUT /v1/pools/shop", 201, DONE);

        weir("pool add shop --algorithm maglev --health http:/healthz --primary zone-a --backup zone-b,zone-c");

        assertThat(daemon.asked().getFirst().body())
            .isEqualTo("{\"algorithm\":\"maglev\",\"healthCheck\":{\"type\":\"http\",\"path\":\"/healthz\"},"
                    + "\"zones\":{\"primary\":[\"zone-a\"],\"backup\":[\"zone-b\",\"zone-c\"]}}");
    }

    @Test
    void setReachesEveryFieldOfTheConfiguration() {
        daemon.answer("PATCH /v1/pools/shop?dryRun=true", 200,
                "{\"revision\":7,\"dryRun\":true,\"warnings\":[],\"changes\":[\"pools.shop.drain: 300s -> 60s\"]}");

        Ran ran = weir(
                "pool set shop --drain 60s --set healthCheck.interval=2s --set healthCheck.healthy=2 --unset zones --dry-run --if-revision 7");

        assertThat(ran.outLines()).containsExactly("pools.shop.drain: 300s -> 60s", "pool shop: a dry run, nothing was changed");
        assertThat(daemon.asked().getFirst().body())
            .isEqualTo("{\"drain\":\"60s\",\"healthCheck\":{\"interval\":\"2s\",\"healthy\":2},\"zones\":null}");
        assertThat(daemon.asked().getFirst().fields()).contains("If-Match: \"7\"").contains("application/merge-patch+json");
    }

    @Test
    void setWithoutASettingIsWrongUsage() {
        assertThat(weir("backend set shop i-01").exit()).isEqualTo(2);
        assertThat(daemon.asked()).isEmpty();
    }

    @Test
    void backendListIsATableForPeopleAndLosesNothingAsJson() {
        daemon.answer("GET /v1/backends?pool=shop", 200, "[" + BACKEND + "]");

        Ran table = weir("backend list shop");
        Ran json = weir("backend list shop -o json");
        Ran names = weir("backend list shop -o name");

        assertThat(table.outLines().getFirst()).matches("POOL +NAME +ADDRESS +ZONE +WEIGHT +STATE +AGE +CONN +SOURCE +BY +CAUSE");
        assertThat(table.outLines().get(1))
            .matches("shop +i-01 +10\\.0\\.1\\.1:8080 +zone-a +100 +unhealthy +\\d+d\\d+h +0 +static +check +refused");
        assertThat(json.out().replaceAll("\\s", "")).isEqualTo("[" + BACKEND + "]");
        assertThat(names.out()).isEqualTo("i-01\n");
    }

    @Test
    void checkAddSpellsATemplate() {
        daemon.answer("PUT /v1/checks/web", 201, DONE);

        Ran ran = weir("check add web --type http --path /healthz --expect 2xx,301 --interval 2s --unhealthy 3 --set keepAlive=true");

        assertThat(ran).isEqualTo(new Ran(0, "check web: done, revision 7\n", ""));
        assertThat(daemon.asked().getFirst().body()).isEqualTo(
                "{\"type\":\"http\",\"path\":\"/healthz\",\"expect\":[\"2xx\",\"301\"],\"interval\":\"2s\",\"unhealthy\":3,\"keepAlive\":true}");
    }

    @Test
    void whatCountsOfAWeightIsShownWhereItIsLess() {
        daemon.answer("GET /v1/backends?pool=shop&state=up", 200,
                "[" + BACKEND.replace("\"weight\":100", "\"weight\":100,\"effectiveWeight\":10") + "]");

        assertThat(weir("backend list shop --state up").outLines().get(1)).contains(" 10/100 ");
    }

    @Test
    void poolListShowsModeQuorumAndTheZoneThatCannotBeSpared() {
        daemon.answer("GET /v1/pools", 200, """
                [{"name":"shop","algorithm":"maglev","mode":"sorry","activeTier":"primary","quorum":false,"quorumWeight":0,"minimumWeight":100,
                "spareZone":false,"shortfall":{"zone":"zone-a","leftPercent":0,"wantedPercent":72},"healthy":0,"total":2,"connections":0},
                {"name":"cart","algorithm":"random","mode":"normal","activeTier":"primary","quorum":true,"quorumWeight":100,"minimumWeight":1,
                "spareZone":true,"shortfall":null,"healthy":1,"total":1,"connections":3}]""");

        assertThat(weir("pool list").outLines()).satisfiesExactly(
                line -> assertThat(line).matches("NAME +ALGORITHM +TIER +MODE +QUORUM +SPARE ZONE +HEALTHY +CONN"),
                line -> assertThat(line).matches("shop +maglev +primary +sorry +0/100 lost +no: zone-a +0/2 +0"),
                line -> assertThat(line).matches("cart +random +primary +normal +100/1 +yes +1/1 +3"));
    }

    @Test
    void statesHaveColoursOnlyOnATerminal() {
        daemon.answer("GET /v1/backends", 200, "[" + BACKEND + "]");
        var variables = java.util.Map.of("WEIR_SOCKET", daemon.socket().toString());

        assertThat(Ran.weir(variables, true, "backend", "list").out()).contains("\033[31munhealthy\033[0m");
        assertThat(Ran.weir(variables, true, "backend", "list", "--no-color").out()).doesNotContain("\033");
        assertThat(Ran.weir(variables, false, "backend", "list").out()).doesNotContain("\033");
    }

    @Test
    void controlCharactersOfADaemonDoNotReachTheTerminal() {
        daemon.answer("GET /v1/backends", 200, "[{\"pool\":\"shop\",\"name\":\"i-01\",\"cause\":\"\\u001b[2J\"}]");

        assertThat(weir("backend list").out()).doesNotContain("\033").contains("?[2J");
    }

    @Test
    void sessionsAreChosenByFiltersAndShownWithTheirAge() {
        daemon.answer("GET /v1/sessions?listener=edge&client=10.0.0.0%2F8&olderThan=5m&limit=2", 200, """
                [{"listener":"edge","client":"10.0.0.1:4000","pool":"shop","backend":"i-01","address":"10.0.1.1:80","ageSeconds":372.5,
                "bytesIn":12,"bytesOut":34}]""");
        daemon.answer("DELETE /v1/sessions?all=true", 200, "{\"kicked\":7}");

        assertThat(weir("session list --listener edge --client 10.0.0.0/8 --older-than 5m --limit 2").outLines()).satisfiesExactly(
                line -> assertThat(line).matches("LISTENER +CLIENT +POOL +BACKEND +ADDRESS +AGE +IN +OUT"),
                line -> assertThat(line).matches("edge +10\\.0\\.0\\.1:4000 +shop +i-01 +10\\.0\\.1\\.1:80 +6m12s +12 +34"));
        assertThat(weir("session kick --all").out()).isEqualTo("7 sessions ended\n");
    }

    @Test
    void sourcesAreShownWithTheBackendThatTheyStayAt() {
        daemon.answer("GET /v1/affinity?pool=shop&backend=i-01&client=10.0.0.0%2F8&limit=2", 200,
                "[{\"pool\":\"shop\",\"source\":\"10.0.0.0/24\",\"backend\":\"i-01\",\"address\":\"10.0.1.1:80\",\"idleSeconds\":72.5}]");
        daemon.answer("GET /v1/affinity/count?pool=shop", 200, "[{\"pool\":\"shop\",\"backend\":\"i-01\",\"entries\":7}]");

        assertThat(weir("affinity list --pool shop --backend i-01 --client 10.0.0.0/8 --limit 2").outLines()).satisfiesExactly(
                line -> assertThat(line).matches("POOL +SOURCE +BACKEND +ADDRESS +IDLE"),
                line -> assertThat(line).matches("shop +10\\.0\\.0\\.0/24 +i-01 +10\\.0\\.1\\.1:80 +1m12s"));
        assertThat(weir("affinity count --pool shop").outLines()).satisfiesExactly(
                line -> assertThat(line).matches("POOL +BACKEND +ENTRIES"), line -> assertThat(line).matches("shop +i-01 +7"));
    }

    @Test
    void explainTellsTheStoryOfAConnectionAndNamesThePick() {
        daemon.answer("GET /v1/explain/edge?client=10.0.0.1%3A4000", 200,
                """
                {"listener":"edge","protocol":"tcp","rule":{"route":null,"pool":"shop","why":"the pool of the listener"},"pools":[
                {"pool":"shop","mode":"normal","modeCause":"enough members are usable","activeTier":"backup","tierCause":"no primary member is usable",
                "returnsAt":null,"quorum":true,"quorumWeight":100,"minimumWeight":1,"locality":"any","nodeZone":"zone-a","algorithm":"maglev",
                "how":"consistent hash of the client's address",
                "affinity":{"source":"10.0.0.1","backend":"i-01","why":"it stays there"},"hash":"c0ffee","members":[{"name":"i-01","address":"10.0.1.1:80","zone":"zone-b",
                "tier":"backup","state":"healthy","weight":100,"effectiveWeight":100,"connections":3,"role":"candidate","turn":1,"share":100.0,
                "why":"healthy"}]}],"pick":{"backend":"i-01","status":null,"why":"the only candidate"},"notes":["the listener is disabled"]}""");

        assertThat(weir("explain edge --client 10.0.0.1:4000").outLines()).satisfiesExactly(
                line -> assertThat(line).isEqualTo("listener edge (tcp): no route, the pool of the listener"),
                line -> assertThat(line).isEqualTo("pool shop: normal, enough members are usable"),
                line -> assertThat(line).isEqualTo("  tier: backup, no primary member is usable"),
                line -> assertThat(line).isEqualTo("  quorum: held, weight 100 of at least 1"),
                line -> assertThat(line).isEqualTo("  zone: locality any, this node is in zone-a"),
                line -> assertThat(line).isEqualTo("  algorithm: maglev, consistent hash of the client's address, here c0ffee"),
                line -> assertThat(line).isEqualTo("  affinity: source 10.0.0.1 was last at i-01, it stays there"),
                line -> assertThat(line).matches("NAME +ADDRESS +ZONE +TIER +WEIGHT +CONN +ROLE +TURN +SHARE % +WHY"),
                line -> assertThat(line).matches("i-01 +10\\.0\\.1\\.1:80 +zone-b +backup +100 +3 +candidate +1 +100\\.0 +healthy"),
                line -> assertThat(line).isEqualTo("pick: i-01, the only candidate"),
                line -> assertThat(line).isEqualTo("note: the listener is disabled"));
        assertThat(weir("explain edge --client 10.0.0.1:4000 -o name").out()).isEqualTo("i-01\n");
    }

    @Test
    void drainEnableAndDisableAreConfiguration() {
        daemon.answer("PATCH /v1/pools/shop/backends/i-01", 200, DONE);

        weir("backend drain shop i-01");
        weir("backend enable shop i-01");
        weir("backend disable shop i-01");

        assertThat(daemon.asked()).extracting(FakeDaemon.Asked::body)
            .containsExactly("{\"adminState\":\"drain\"}",
                    "{\"adminState\":\"enabled\"}", "{\"adminState\":\"disabled\"}");
    }

    @Test
    void failbackOfAPoolThatReturnsByHandPinsItsPrimaryZones() {
        daemon.answer("GET /v1/pools/shop", 200, "{\"failover\":{\"failback\":\"manual\"},\"status\":{\"activeTier\":\"backup\"}}");
        daemon.answer("PATCH /v1/pools/shop", 200, DONE);

        assertThat(weir("zone failback shop")).isEqualTo(new Ran(0, "pool shop: done, revision 7\n", ""));
        assertThat(daemon.asked().getLast().body()).isEqualTo("{\"failover\":{\"pin\":\"primary\"}}");
    }

    @Test
    void failbackOfAPoolThatReturnsByItselfHasNothingToDo() {
        daemon.answer("GET /v1/pools/shop", 200, "{\"status\":{\"activeTier\":\"backup\"}}");

        Ran ran = weir("zone failback shop");

        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.errLines().getFirst()).isEqualTo("pool 'shop' returns by itself once its primary zones are good");
        assertThat(daemon.asked()).hasSize(1);
    }

    @Test
    void shiftsTakeTheOptionsOfEveryChange() {
        daemon.answer("PUT /v1/zones/zone-a/shifted?dryRun=true", 200,
                "{\"revision\":7,\"dryRun\":true,\"warnings\":[],\"changes\":[\"zones.zone-a.shifted: true\"]}");

        Ran ran = weir("zone shift zone-a --dry-run --if-revision 7");

        assertThat(ran.outLines()).containsExactly("zones.zone-a.shifted: true", "zone zone-a: a dry run, nothing was changed");
        assertThat(daemon.asked().getFirst().fields()).contains("If-Match: \"7\"");
    }

    @Test
    void addWaitsUntilTheBackendIsHealthy() {
        daemon.answer("PUT /v1/pools/shop/backends/i-01", 201, DONE);
        daemon.answer("GET /v1/backends?pool=shop", 200, "[" + BACKEND.replace("unhealthy", "healthy") + "]");

        assertThat(weir("backend add shop i-01 --address 10.0.1.1:8080 --zone zone-a --wait 30s").exit()).isZero();
        assertThat(daemon.asked()).hasSize(2);
    }

    @Test
    void waitingTooLongIsExitSevenAndSaysWhy() {
        daemon.answer("PUT /v1/pools/shop/backends/i-01", 201, DONE);
        daemon.answer("GET /v1/backends?pool=shop", 200, "[" + BACKEND + "]");

        Ran ran = weir("backend add shop i-01 --address 10.0.1.1:8080 --wait 150ms");

        assertThat(ran.exit()).isEqualTo(7);
        assertThat(ran.out()).isEqualTo("backend shop/i-01: done, revision 7\n");
        assertThat(ran.errLines()).containsExactly("backend shop/i-01 is unhealthy after waiting 150ms: refused",
                "the change itself is done; see: weir backend list shop");
    }

    @Test
    void routeAddGoesBeforeAnother() {
        daemon.answer("PUT /v1/listeners/web/routes/cart?before=all", 201, DONE);

        Ran ran = weir("route add web cart --host shop.example,*.shop.example --path /cart --pool cart --before all");

        assertThat(ran.exit()).isZero();
        assertThat(daemon.asked().getFirst().body())
            .isEqualTo("{\"name\":\"cart\",\"match\":{\"host\":[\"shop.example\",\"*.shop.example\"],"
                    + "\"path\":{\"prefix\":\"/cart\"}},\"forward\":[{\"pool\":\"cart\"}]}");
    }

    @Test
    void routeTestEscapesWhatItAsks() {
        daemon.answer("GET /v1/listeners/web/routes/test?host=shop.example&path=%2Fcart%2Fa%20b", 200,
                "{\"route\":\"cart\",\"pool\":\"shop\",\"status\":null}");

        Ran ran = Ran.weir(daemon.socket(), "route", "test", "web", "--host", "shop.example", "--path", "/cart/a b", "-o", "json");

        assertThat(ran.out().replaceAll("\\s", "")).isEqualTo("{\"route\":\"cart\",\"pool\":\"shop\",\"status\":null}");
    }

    @Test
    void configShowIsTheTextOrTheConfigurationAsJson() {
        daemon.answer("GET /v1/config", 200, "{\"revision\":7,\"configuration\":{\"version\":1}}");

        assertThat(weir("config show -o json").out().replaceAll("\\s", "")).isEqualTo("{\"version\":1}");
        assertThat(weir("config show -o name").out()).isEqualTo("7\n");
        weir("config show");
        assertThat(daemon.asked().getLast().fields()).contains("Accept: application/yaml");
    }

    @Test
    void configDiffNamesTheFieldsThatDiffer() {
        daemon.answer("GET /v1/revisions/1", 200,
                "{\"configuration\":{\"pools\":{\"shop\":{\"drain\":\"300s\",\"backends\":{\"a\":{\"weight\":1}}}}}}");
        daemon.answer("GET /v1/revisions/2", 200,
                "{\"configuration\":{\"pools\":{\"shop\":{\"drain\":\"60s\",\"backends\":{\"b\":{\"weight\":1}}}}}}");
        daemon.answer("GET /v1/config", 200, "{\"revision\":2}");
        daemon.answer("GET /v1/revisions", 200, "[{\"revision\":2,\"current\":true},{\"revision\":1}]");

        String[] expected = {"pools.shop.drain: 300s -> 60s", "pools.shop.backends.a: removed",
            "pools.shop.backends.b: added"};
        assertThat(weir("config diff 1 2").outLines()).containsExactly(expected);
        assertThat(weir("config diff 1").outLines()).containsExactly(expected);
        assertThat(weir("config diff").outLines()).containsExactly(expected);
        assertThat(weir("config diff 2").out()).isEmpty();
    }

    @Test
    void rollbackIsAPost() {
        daemon.answer("POST /v1/revisions/3/rollback", 200, DONE);

        assertThat(weir("config rollback 3").out()).isEqualTo("rollback to 3: done, revision 7\n");
    }

    @Test
    void followedEventsAreOneJsonALine() {
        daemon.answerRaw("GET /v1/events", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(": hello\n\nid: 1\nda")
                + chunk("ta: {\"id\":1,\"type\":\"a.b\"}\n\n") + chunk(""));

        Ran ran = weir("events --follow -o json");

        assertThat(ran.out()).isEqualTo("{\"id\":1,\"type\":\"a.b\"}\n");
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.errLines().getFirst()).isEqualTo("the daemon ended the stream of events");
    }

    @Test
    void statusShowsListenersAndPools() {
        daemon.answer("GET /v1/status", 200,
                "{\"node\":{\"name\":\"lb-1\",\"zone\":\"zone-a\",\"pid\":42,\"ready\":true,\"uptimeSeconds\":192,"
                        + "\"workers\":2,\"transport\":\"epoll\"},\"revision\":7,\"listeners\":[{\"name\":\"web\",\"state\":\"listening\"}],"
                        + "\"pools\":[{\"name\":\"shop\",\"healthy\":3,\"total\":4}]}");

        Ran ran = weir("status");

        assertThat(ran.outLines().getFirst()).isEqualTo("node lb-1 in zone-a, ready, up 3m12s, pid 42, revision 7, 2 event loops on epoll");
        assertThat(ran.out()).containsPattern("web .*listening").containsPattern("shop .*3/4");
    }

    @Test
    void yamlIsTheSameTree() {
        daemon.answer("GET /v1/pools", 200, "[{\"name\":\"shop\",\"healthy\":3,\"share\":0.5,\"on\":true,\"none\":null,\"text\":\"1\"}]");

        assertThat(weir("pool list -o yaml").out())
            .isEqualTo("- name: shop\n  healthy: 3\n  share: 0.5\n  on: true\n  none: null\n  text: '1'\n");
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private Ran weir(String words) {
        return Ran.weir(daemon.socket(), words.split(" "));
    }
}
