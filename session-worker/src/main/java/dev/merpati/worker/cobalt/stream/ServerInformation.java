package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles {@code ib} stanzas: what the server says of the connection and of the account's state. */
final class ServerInformation {
    private static final Logger log = LoggerFactory.getLogger(ServerInformation.class);

    private final OfflineBacklog backlog;
    private final EdgeRouting routing;
    private final IqClient iq;
    private final Duration responseTimeout;
    private final SerialExecutor executor = new SerialExecutor("whatsapp-information");

    ServerInformation(OfflineBacklog backlog, EdgeRouting routing, IqClient iq, Duration responseTimeout) {
        this.backlog = backlog;
        this.routing = routing;
        this.iq = iq;
        this.responseTimeout = responseTimeout;
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
     * Tells the server that a state which has changed meanwhile is known, or it says so at every login. Nothing of what
     * can be dirty (groups, settings of other devices) is kept here.
     */
    private void clean(Node dirty) {
        String type = dirty.attributes().getNullableString("type");
        if (type == null) {
            return;
        }
        String timestamp = dirty.attributes().getNullableString("timestamp");
        Attributes attributes = Attributes.of().put("type", type).put("timestamp", timestamp, timestamp != null);
        IqClient.Response response =
                iq.query("set", "urn:xmpp:whatsapp:dirty", Deadline.in(responseTimeout), Node.of("clean", attributes));
        log.debug("Cleaning {} ended with {}", type, response.getClass().getSimpleName());
    }
}
