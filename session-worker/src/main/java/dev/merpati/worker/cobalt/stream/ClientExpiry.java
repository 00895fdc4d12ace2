package dev.merpati.worker.cobalt.stream;

import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.whatsapp.ClientVersions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When WhatsApp will refuse our client version. Its server tells a client some weeks before that it connects with a version that
 * is about to end: {@code <ib><client_expiration t="…"/></ib>}, in seconds since 1970 (seen by whatsapp-rust and zapo; WhatsApp
 * documents nothing). Thread-safe.
 */
public final class ClientExpiry {
    private static final Logger log = LoggerFactory.getLogger(ClientExpiry.class);
    /** The notice comes with every login. */
    private static final Duration REPEATED = Duration.ofHours(1);

    private final ClientVersions versions;

    public ClientExpiry(ClientVersions versions) {
        this.versions = versions;
    }

    /**
     * Takes {@code ib/client_expiration}.
     *
     * @param version that the client has logged in with
     */
    void announced(ClientVersion version, Node notice) {
        notice.attributes()
                .getOptionalString("t")
                .filter(seconds -> seconds.matches("\\d{1,12}"))
                .ifPresent(seconds -> announced(version, Instant.ofEpochSecond(Long.parseLong(seconds))));
    }

    private void announced(ClientVersion version, Instant at) {
        Instant known = versions.expiry().map(ClientVersions.Expiry::at).orElse(null);
        if (known == null || Duration.between(known, at).abs().compareTo(REPEATED) > 0) {
            log.warn(
                    "WhatsApp will refuse our client version {} from {} on: the operator API can raise it, PUT"
                            + " /operator/client-version",
                    version,
                    at);
        }
        versions.expires(version, at);
    }

    public void bindTo(MeterRegistry meters) {
        Gauge.builder("merpati.worker.client.expiry.timestamp", this, ClientExpiry::seconds)
                .description(
                        "When WhatsApp will refuse our client version, in seconds since 1970; NaN unless it has announced that")
                .baseUnit("seconds")
                .register(meters);
    }

    private double seconds() {
        return versions.expiry()
                .map(expiry -> (double) expiry.at().getEpochSecond())
                .orElse(Double.NaN);
    }
}
