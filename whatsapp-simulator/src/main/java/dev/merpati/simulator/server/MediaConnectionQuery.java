package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.CompanionConnection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Tells clients where to upload, and permits it for a while. */
final class MediaConnectionQuery implements IqHandler {
    private final Hosts hosts;
    private final MediaTokens tokens;

    MediaConnectionQuery(Hosts hosts, MediaTokens tokens) {
        this.hosts = hosts;
        this.tokens = tokens;
    }

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        if (!iq.has("xmlns", "w:m")) {
            return Optional.empty();
        }
        CompanionConnection connection = companion.connection();
        String host = hosts.mediaHost(connection == null ? null : connection.host());
        String lifetime = String.valueOf(tokens.lifetime().toSeconds());
        return IqHandler.now(Stanza.iqResult(
                iq,
                Node.of("media_conn", Node.of("host").with("hostname", host).with("type", "primary"))
                        .with("auth", tokens.issue(companion.number()))
                        .with("ttl", lifetime)
                        .with("auth_ttl", lifetime)
                        .with("max_buckets", "12")
                        .with("id", "1")));
    }
}
