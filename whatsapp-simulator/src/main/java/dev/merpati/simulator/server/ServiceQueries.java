package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What clients ask beside their account and its messages, answered as for a person who has no business, no channels and
 * no bots, and nothing to accept: Baileys, whatsmeow, whatsapp-rust and zapo send these.
 */
final class ServiceQueries implements IqHandler {
    private static final int ITEM_NOT_FOUND = 404;

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        return switch (iq.text("xmlns")) {
            // a push token, metrics, notices read, somebody reported
            case "urn:xmpp:whatsapp:push", "w:stats", "tos", "spam" -> IqHandler.now(Stanza.iqResult(iq));
            case "bot" -> IqHandler.now(Stanza.iqResult(iq, Node.of("bot").with("v", "2")));
            case "w:biz" -> IqHandler.now(business(iq));
            case "w:qr" -> IqHandler.now(contactCode(iq));
            case "fbid:devices" -> IqHandler.now(Stanza.iqResult(iq, Node.of("users")));
            case "w:biz:catalog", "fb:thrift_iq", "newsletter" -> IqHandler.now(notFound(iq));
            default -> Optional.empty();
        };
    }

    /** A person's profile as a business has nothing in it; nothing else of a business is there. */
    private static Node business(Node iq) {
        if (iq.has("type", "set")) {
            return notFound(iq);
        }
        return iq.child("business_profile").isPresent()
                ? Stanza.iqResult(iq, Node.of("business_profile").with("v", "1532"))
                : Stanza.iqResult(iq);
    }

    /** The code that adds the account as a contact; nobody else's is known. */
    private static Node contactCode(Node iq) {
        return iq.has("type", "set")
                ? Stanza.iqResult(
                        iq,
                        Node.of("qr")
                                .with("type", "contact")
                                .with("code", HexFormat.of().formatHex(Bytes.random(10))))
                : notFound(iq);
    }

    private static Node notFound(Node iq) {
        return Stanza.iqError(iq, ITEM_NOT_FOUND, "item-not-found");
    }
}
