package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromQlTest {
    @Test
    void findsMetricsAndTheLabelsTheyAreFilteredBy() {
        PromQl read = PromQl.read("""
                histogram_quantile(0.95, sum by (le, uri) (rate(http_seconds_bucket{uri=~"/a,{b}/.*",x!="by"}[$__rate_interval])))
                  and on (instance) up == 1 # or nothing
                """);

        assertThat(read.selectors()).isEqualTo(Map.of("http_seconds_bucket", Set.of("uri", "x"), "up", Set.of()));
        assertThat(read.groupings()).containsExactly("le", "uri", "instance");
    }

    @Test
    void takesNoWordOfTheLanguageForAMetric() {
        PromQl read = PromQl.read(
                "sum(a) without (l) > bool 1e3 or max(b offset 5m) unless c{z='1'} * on () group_left (m) d - time() < 14 * 86400");

        assertThat(read.selectors().keySet()).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(read.groupings()).containsExactly("l", "m");
    }

    @Test
    void refusesWhatItCannotRead() {
        assertThatThrownBy(() -> PromQl.read("{__name__=~\"a.*\"}")).hasMessageContaining("without a metric");
        assertThatThrownBy(() -> PromQl.read("a ; b")).hasMessageContaining("no PromQL at '; b'");
    }
}
