package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MarkdownTableTest {
    @Test
    void isMarkdownWithAlignedColumns() {
        var table =
                new MarkdownTable("texts", "per second").row("REST", "1,234").row("Cobalt", "5");

        assertThat(table.toString()).isEqualTo("""
                | texts  | per second |
                | ------ | ---------: |
                | REST   |      1,234 |
                | Cobalt |          5 |
                """);
    }

    @Test
    void refusesARowOfAnotherLength() {
        assertThatThrownBy(() -> new MarkdownTable("texts", "per second").row("REST"))
                .hasMessageContaining("1 cells, expected 2");
    }
}
