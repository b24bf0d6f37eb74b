package io.weir.core.config;

import io.weir.core.model.TlsTerms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Protocols to offer: a list of their names, or the word that load balancers have for a list (NLB-12). */
record AlpnShape() implements Shape<List<String>> {
    private static final Map<String, List<String>> LISTS = lists();
    private static final Shape<List<String>> WORD = Scalars.choice(LISTS, List.of());
    private static final Shape<List<String>> LIST = new SequenceShape<>(
            Scalars.parsed("a protocol's name of 1..255 visible ASCII characters", TlsTerms::checkProtocol), 1);

    private static Map<String, List<String>> lists() {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        lists.put("none", List.of());
        lists.put("HTTP1Only", List.of("http/1.1", "http/1.0"));
        lists.put("HTTP2Only", List.of("h2"));
        lists.put("HTTP2Optional", List.of("http/1.1", "http/1.0", "h2"));
        lists.put("HTTP2Preferred", List.of("h2", "http/1.1", "http/1.0"));
        return lists;
    }

    @Override
    public Optional<List<String>> read(Place place, Tree value) {
        return value instanceof Tree.Sequence ? LIST.read(place, value) : WORD.read(place, value);
    }

    @Override
    public String wanted() {
        return WORD.wanted() + ", or " + LIST.wanted();
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("anyOf", List.of(WORD.schema(), LIST.schema()));
    }

    @Override
    public Object written(List<String> value) {
        return LISTS.containsValue(value) ? WORD.written(value) : LIST.written(value);
    }
}
