package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles {@code ib} stanzas: what the server says of the connection and of the account's state. */
final class ServerInformation {
    private static final Logger log = LoggerFactory.getLogger(ServerInformation.class);

    private final OfflineBacklog backlog;
    private final EdgeRouting routing;
    private final IqClient iq;
    private final Duration responseTimeout;
    private final Consumer<String> changed;
    private final SerialExecutor executor = new SerialExecutor("whatsapp-information");

    /** @param changed takes what has changed meanwhile, by its type; blocks. Throws when the server is to say it again */
    ServerInformation(
            OfflineBacklog backlog,
            EdgeRouting routing,
            IqClient iq,
            Duration responseTimeout,
            Consumer<String> changed) {
        this.backlog = backlog;
        this.routing = routing;
        this.iq = iq;
        this.responseTimeout = responseTimeout;
        this.changed = changed;
    }

    /** Takes an {@code ib}. Returns soon. */
    void received(Node information) {
        for (Node item : information.children()) {
            switch (item.description()) {
                case "offline_preview" -> backlog.announced(item);
                case "offline" -> backlog.complete();
                case "edge_routing" ->
                    item.findChild("routing_info")
                            .flatMap(Node::contentAsBytes)
                            .ifPresent(told -> executor.execute(() -> routing.told(told)));
                case "dirty" -> executor.execute(() -> clean(item));
                default -> {
                    // Hints for clients with a screen.
                }
            }
        }
    }

    /**
     * Has a change taken over, and then tells the server that it is known, or the server says so at every login
     * (whatsapp-rust {@code handlers/ib.rs}).
     */
    private void clean(Node dirty) {
        String type = dirty.attributes().getNullableString("type");
        if (type == null) {
            return;
        }
        try {
            changed.accept(type);
        } catch (RuntimeException e) {
            log.debug("A change of {} is not taken over: {}", type, e.toString());
            return;
        }
        String timestamp = dirty.attributes().getNullableString("timestamp");
        Attributes attributes = Attributes.of().put("type", type).put("timestamp", timestamp, timestamp != null);
        IqClient.Response response =
                iq.query("set", "urn:xmpp:whatsapp:dirty", Deadline.in(responseTimeout), Node.of("clean", attributes));
        log.debug("Cleaning {} ended with {}", type, response.getClass().getSimpleName());
    }
}
