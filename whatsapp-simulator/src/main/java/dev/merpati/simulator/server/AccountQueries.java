package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What clients ask around login: an account with default settings, no groups, and no history to synchronise. */
final class AccountQueries implements IqHandler {
    private static final Map<String, String> PRIVACY = Map.of(
            "readreceipts", "all",
            "profile", "all",
            "status", "contacts",
            "online", "all",
            "last", "all",
            "groupadd", "all",
            "calladd", "all");

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        return switch (iq.text("xmlns")) {
            case "passive", "urn:xmpp:whatsapp:account", "urn:xmpp:ping", "w:p", "w:profile:picture", "status" ->
                IqHandler.now(Stanza.iqResult(iq, statusPrivacy(iq)));
            case "w" -> IqHandler.now(Stanza.iqResult(iq, props().with("version", "1")));
            case "abt" -> IqHandler.now(Stanza.iqResult(iq, props().with("protocol", "1")));
            case "privacy" ->
                IqHandler.now(iq.has("type", "get") ? Stanza.iqResult(iq, privacy()) : Stanza.iqResult(iq));
            case "disappearing_mode" ->
                IqHandler.now(Stanza.iqResult(
                        iq, Node.of("disappearing_mode").with("duration", "0").with("t", "0")));
            case "blocklist" -> IqHandler.now(Stanza.iqResult(iq, Node.of("list")));
            case "w:g2" -> IqHandler.now(Stanza.iqResult(iq, Node.of("groups")));
            case "w:sync:app:state" -> IqHandler.now(Stanza.iqResult(iq, emptyCollections(iq)));
            case "w:mex" -> IqHandler.now(Stanza.iqResult(iq, Node.of("result", Stanza.text("{\"data\":{}}"))));
            default -> Optional.empty();
        };
    }

    private static Node[] statusPrivacy(Node iq) {
        return iq.has("xmlns", "status") && iq.child("privacy").isPresent()
                ? new Node[] {Node.of("privacy", Node.of("list").with("type", "contacts"))}
                : new Node[0];
    }

    private static Node props() {
        return Node.of(
                "props", Node.of("prop").with("name", "attachments_max_size").with("value", "100"));
    }

    private static Node privacy() {
        List<Node> categories = PRIVACY.entrySet().stream()
                .map(entry -> Node.of("category").with("name", entry.getKey()).with("value", entry.getValue()))
                .toList();
        return Node.of("privacy").children(categories);
    }

    private static Node emptyCollections(Node iq) {
        List<Node> collections = iq.child("sync").stream()
                .flatMap(sync -> sync.children("collection").stream())
                .map(collection -> Node.of("collection")
                        .with("name", collection.text("name"))
                        .with("version", "0"))
                .toList();
        return Node.of("sync").children(collections);
    }
}
