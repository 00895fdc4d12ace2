package dev.merpati.benchmark.footprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ClassHistogramTest {
    @Test
    void readsClassesAndTotal() {
        var histogram = ClassHistogram.parse("""
                4711:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         19384        1639224  [B (java.base@25)
                   2:         18520         444480  java.lang.String (java.base@25)
                Total        191170        8634528
                """);

        assertThat(histogram.totalBytes()).isEqualTo(8_634_528);
        assertThat(histogram.lines()).hasSize(2).first().asString().contains("[B");
    }

    @Test
    void refusesWhatIsNoHistogram() {
        assertThatThrownBy(() -> ClassHistogram.parse("com.sun.tools.attach.AttachNotSupportedException"))
                .hasMessageContaining("AttachNotSupportedException");
    }
}
