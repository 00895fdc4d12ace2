package dev.merpati.worker.cobalt.media;

import java.util.List;
import java.util.stream.Stream;

/**
 * The hosts of WhatsApp's media server, as the chat server named them last, to whichever session; they are the same for all.
 * Until then, and last of all, the one that every client knows. Thread-safe.
 */
final class MediaHosts {
    static final String DEFAULT = "mmg.whatsapp.net";
    private static final int MOST = 3;

    private volatile List<String> named = List.of();

    void learn(List<String> hosts) {
        named = hosts.stream().distinct().limit(MOST).toList();
    }

    /** Returns where to look for a file, in order; at least two entries, so that each file is tried twice. */
    List<String> forDownload() {
        List<String> all =
                Stream.concat(named.stream(), Stream.of(DEFAULT)).distinct().toList();
        return all.size() > 1 ? all : List.of(DEFAULT, DEFAULT);
    }
}
