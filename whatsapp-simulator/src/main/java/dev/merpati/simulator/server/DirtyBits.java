package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.CompanionConnection;
import dev.merpati.simulator.phone.Phone;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What of an account has changed, until its companions say that they know it: {@code ib/dirty} at each login, and {@code
 * clean} from the client, which names the time that it was told. Kept in memory. Thread-safe.
 */
public final class DirtyBits implements IqHandler {
    /** The types that whatsapp-rust takes from WhatsApp Web. */
    public static final Set<String> TYPES = Set.of("account_sync", "groups", "newsletter_metadata", "syncd_app_state");

    private final Map<Jid, Map<String, String>> marked = new ConcurrentHashMap<>();
    private final Clock clock;

    DirtyBits(Clock clock) {
        this.clock = clock;
    }

    /** Something of an account has changed; its companions are told at once or when they log in. */
    public void mark(Phone account, String type) {
        String time = Stanza.seconds(clock);
        account.companions().forEach(companion -> {
            marked.compute(companion.jid(), (_, known) -> {
                Map<String, String> bits = known == null ? new TreeMap<>() : new TreeMap<>(known);
                bits.put(type, time);
                return bits;
            });
            CompanionConnection connection = companion.connection();
            if (connection != null) {
                connection.send(dirty(type, time));
            }
        });
    }

    /** The types that a companion has not cleaned yet. */
    public Set<String> of(Companion companion) {
        return marked.getOrDefault(companion.jid(), Map.of()).keySet();
    }

    /** A companion has logged in. */
    void tell(Companion companion, CompanionConnection connection) {
        marked.getOrDefault(companion.jid(), Map.of()).forEach((type, time) -> connection.send(dirty(type, time)));
    }

    private static Node dirty(String type, String time) {
        return Node.of("ib", Node.of("dirty").with("type", type).with("timestamp", time))
                .with("from", Jid.USERS);
    }

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        if (!iq.has("xmlns", "urn:xmpp:whatsapp:dirty")) {
            return Optional.empty();
        }
        iq.children("clean")
                .forEach(clean -> marked.computeIfPresent(companion.jid(), (_, known) -> {
                    Map<String, String> bits = new TreeMap<>(known);
                    // One that names an older time does not know of the last change.
                    bits.remove(clean.text("type"), clean.text("timestamp"));
                    return bits.isEmpty() ? null : bits;
                }));
        return IqHandler.now(Stanza.iqResult(iq));
    }

    void reset() {
        marked.clear();
    }
}
