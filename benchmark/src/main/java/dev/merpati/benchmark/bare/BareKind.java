package dev.merpati.benchmark.bare;

import dev.merpati.benchmark.text.NumberRange;
import dev.merpati.cluster.SimulatorClient;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Locale;

/** The Cobalts that are measured, and the numbers that each uses. */
enum BareKind {
    /** As the worker has it: with changed call sites, behind the worker's adapter. */
    ADAPTER(NumberRange.ADAPTER_SESSIONS, NumberRange.ADAPTER_RECIPIENTS),
    /** As it is on Maven Central, through its own API. */
    PUBLISHED(NumberRange.PUBLISHED_SESSIONS, NumberRange.PUBLISHED_RECIPIENTS);

    private final NumberRange sessions;
    private final NumberRange recipients;

    BareKind(NumberRange sessions, NumberRange recipients) {
        this.sessions = sessions;
        this.recipients = recipients;
    }

    NumberRange sessions() {
        return sessions;
    }

    NumberRange recipients() {
        return recipients;
    }

    BareSessions open(BareOptions options, SimulatorClient simulator) throws GeneralSecurityException, IOException {
        return switch (this) {
            case ADAPTER -> new AdapterSessions(options, simulator);
            case PUBLISHED -> {
                TrustedRoot.makeDefault(Path.of(options.authority()));
                yield new PublishedSessions(options, simulator);
            }
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
