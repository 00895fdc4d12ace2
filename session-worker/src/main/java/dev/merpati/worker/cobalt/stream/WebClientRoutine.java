package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what WhatsApp Web does after each login beside what the protocol needs: asks for the account's experiment
 * properties, some of which decide how to send, and names its session. No login fails for want of it. Blocks.
 */
final class WebClientRoutine {
    private static final Logger log = LoggerFactory.getLogger(WebClientRoutine.class);
    /** What the properties say is worth no more delay: those of the last login are stored. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final long OFFSET = Duration.ofDays(3).toMillis();
    private static final long WEEK = Duration.ofDays(7).toMillis();

    private final IqClient iq;
    private final Consumer<Node> send;
    private final AccountTraits traits;
    private final InstantSource clock;

    /** @param send sends a stanza that has no response */
    WebClientRoutine(IqClient iq, Consumer<Node> send, AccountTraits traits, InstantSource clock) {
        this.iq = iq;
        this.send = send;
        this.traits = traits;
        this.clock = clock;
    }

    void run(Node success) {
        send.accept(Node.of("ib", Node.of("unified_session", Attributes.of().put("id", unifiedSession(success)))));
        properties();
    }

    /** Asks for the account's experiment properties, and keeps them. */
    void properties() {
        Attributes attributes = Attributes.of().put("protocol", "1");
        IqClient.Response response = iq.query("get", "abt", Deadline.in(PATIENCE), Node.of("props", attributes));
        if (response instanceof IqClient.Result(Node result)) {
            try {
                traits.properties(properties(result));
            } catch (RuntimeException e) {
                log.debug("The account's properties are not stored: {}", e.toString());
            }
        }
    }

    private static Map<String, String> properties(Node result) {
        Map<String, String> properties = new HashMap<>();
        result.findChild("props").stream()
                .flatMap(props -> props.streamChildren("prop"))
                .forEach(prop -> {
                    String code = prop.attributes().getNullableString("config_code");
                    String value = prop.attributes().getNullableString("config_value");
                    if (code != null && value != null) {
                        properties.put(code, value);
                    }
                });
        return properties;
    }

    /** The server's time within a week that begins on a Monday, in ms (whatsmeow {@code client.go}, Baileys). */
    private String unifiedSession(Node success) {
        String seconds = success.attributes().getNullableString("t");
        long now = seconds != null && seconds.matches("\\d{1,12}")
                ? Instant.ofEpochSecond(Long.parseLong(seconds)).toEpochMilli()
                : clock.millis();
        return Long.toString((now + OFFSET) % WEEK);
    }
}
