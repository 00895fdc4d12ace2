package dev.merpati.benchmark.footprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
    void looksIntoAnotherJvm() throws IOException, InterruptedException {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var other = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Sleeper.class.getName())
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
        try {
            // It has begun.
            assertThat(other.getInputStream().read()).isNotNegative();

            var histogram = ClassHistogram.of(other.pid());

            assertThat(histogram.totalBytes()).isPositive();
            assertThat(histogram.lines()).anyMatch(line -> line.contains("java.lang.String"));
        } finally {
            other.destroyForcibly();
        }
    }

    static final class Sleeper {
        private Sleeper() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("awake");
            Thread.sleep(60_000);
        }
    }

    @Test
    void refusesWhatIsNoHistogram() {
        assertThatThrownBy(() -> ClassHistogram.parse("com.sun.tools.attach.AttachNotSupportedException"))
                .hasMessageContaining("AttachNotSupportedException");
    }
}
