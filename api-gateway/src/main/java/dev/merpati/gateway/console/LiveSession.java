package dev.merpati.gateway.console;

import dev.merpati.gateway.session.QrCodes;
import dev.merpati.gateway.session.SessionSearch;
import dev.merpati.gateway.session.SessionView;
import dev.merpati.model.qr.QrImage;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionRecord;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** How a session stands, with its QR code when it waits for a phone, as the page shows it and as it changes. */
@Component
class LiveSession {
    private final SessionSearch search;
    private final QrCodes codes;
    private final ITemplateEngine templates;
    private final @Nullable String simulatorUrl;

    LiveSession(SessionSearch search, QrCodes codes, ITemplateEngine templates, SimulatorPageSettings simulator) {
        this.search = search;
        this.codes = codes;
        this.templates = templates;
        this.simulatorUrl = simulator.simulatorUrl().isEmpty() ? null : simulator.simulatorUrl();
    }

    /**
     * What the page shows.
     *
     * @param reason why it is disconnected, as the API spells it; null when it is not, or nobody scanned its code
     * @param passkeyScript what to run in a browser on WhatsApp's page; null when no passkey is asked for
     * @param qrCode a data URL; null when there is no code to be scanned now
     * @param simulatorUrl where the phones are that can scan it; null when they are real ones
     */
    record State(
            SessionView session,
            @Nullable String reason,
            @Nullable String qrCode,
            @Nullable String passkeyScript,
            @Nullable String simulatorUrl) {}

    Mono<State> state(SessionRecord session) {
        Disconnection why = session.disconnection();
        return Mono.zip(
                        search.view(session),
                        codes.now(session).map(Optional::of).defaultIfEmpty(Optional.empty()))
                .publishOn(Schedulers.boundedElastic())
                .map(read -> new State(
                        read.getT1(),
                        why == null ? null : why.wireName(),
                        read.getT2()
                                .map(code -> QrImage.dataUrl(QrImage.png(code)))
                                .orElse(null),
                        PasskeyScript.of(read.getT1()),
                        simulatorUrl));
    }

    /** Renders the part of the page that changes. */
    String render(State state, Locale locale) {
        Context context = new Context(locale);
        context.setVariable("state", state);
        return templates.process("console/session-state", Set.of(), context);
    }
}
