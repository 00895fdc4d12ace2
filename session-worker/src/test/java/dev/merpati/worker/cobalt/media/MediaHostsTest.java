package dev.merpati.worker.cobalt.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MediaHostsTest {
    private final MediaHosts hosts = new MediaHosts();

    @Test
    void beginsWithTheHostThatEveryClientKnowsAndTriesItTwice() {
        assertThat(hosts.forDownload()).containsExactly("mmg.whatsapp.net", "mmg.whatsapp.net");
    }

    @Test
    void prefersWhatTheChatServerNamedLast() {
        hosts.learn(List.of("old.whatsapp.net"));
        hosts.learn(List.of("a", "b", "a", "c", "d"));

        assertThat(hosts.forDownload()).containsExactly("a", "b", "c", "mmg.whatsapp.net");
    }
}
