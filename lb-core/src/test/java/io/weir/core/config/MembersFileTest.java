package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Backend;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembersFileTest {
    @Test
    void aMemberIsAnAddressOrAMappingAndWithoutANameItIsNamedAfterItsAddress() {
        var read = (MembersResult.Read) MembersFile.parse("m.yaml", """
                - 10.0.0.1:80
                - {name: i-02, address: "10.0.0.2:80", zone: zone-a, weight: 7, maxConnections: 9}
                - {address: "[2001:db8::3]:80", adminState: drain}
                """, Set.of("zone-a"));
        assertThat(read.backends()).extracting(Backend::name)
            .containsExactly("file-10.0.0.1-80", "i-02", "file-2001-db8-0-0-0-0-0-3-80");
        assertThat(read.backends().get(1).zone()).contains("zone-a");
        assertThat(read.backends().get(1).weight().units()).isEqualTo(7);
    }

    @Test
    void jsonIsReadToo() {
        assertThat(MembersFile.parse("m.json", "[{\"address\": \"10.0.0.1:80\"}]", Set.of())).isInstanceOf(MembersResult.Read.class);
    }

    @Test
    void allMistakesAreToldWithTheirPlaces() {
        assertThat(problems("""
                - {name: i-01, address: "10.0.0.1:80", zone: zone-x}
                - {name: i-01, address: "10.0.0.2:80", weight: 101}
                - {name: i-01, adress: "10.0.0.2:80"}
                - {name: i-03, address: "10.0.0.3:80"}
                - {name: i-03, address: "10.0.0.4:80"}
                """)).containsExactly("m.yaml:1:46: [0].zone: zone-x, want the name of a zone, perhaps zone-a",
                "m.yaml:2:48: [1].weight: 101, want 0..100", "m.yaml:3:3: [2].address: nothing, want IP:PORT or [IPv6]:PORT",
                "m.yaml:3:16: [2].adress: unknown key, want address", "m.yaml:5:3: [4]: i-03 twice, want each name once");
    }

    @Test
    void whatIsNoListIsRefused() {
        assertThat(problems("")).containsExactly("m.yaml:1:1: nothing, want a list of backends");
        assertThat(problems("backends: []")).containsExactly("m.yaml:1:1: a mapping, want a list of backends");
        assertThat(problems("- [")).hasSize(1);
    }

    private static List<String> problems(String text) {
        var refused = (MembersResult.Refused) MembersFile.parse("m.yaml", text, Set.of("zone-a"));
        return refused.problems().stream().map(Problem::message).toList();
    }
}
